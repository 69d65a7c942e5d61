using Microsoft.Extensions.Logging;
using WrnCloud.LocalCloud.Broker.Journal;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>
/// Queue state and journal, touched by one thread at a time: whatever the network or the clock reports runs here in order; then what it changed
/// is committed, and what waited for that runs.
/// Actions that come in while a commit is under way share the next one (group commit).
/// The AMQP library's callbacks never see an exception, because one would close their connection.
/// </summary>
internal sealed partial class BrokerLoop : IAsyncDisposable
{
    // A commit is not put off for longer than so many actions take.
    private const int MaxActionsPerCommit = 1000;

    /// <summary>For so many commits a caller works for others too, before the loop's own thread takes over.</summary>
    private const int MaxRoundsOfACaller = 4;

    // A monitor's wait does not spin: the cores have clients to serve meanwhile.
    private readonly object _gate = new();
    private readonly ILogger _logger;
    private readonly BrokerStore _store;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<Action> _posted = [];
    private List<Action> _spare = [];
    private bool _busy;
    private bool _closed;

    /// <summary>Starts the thread. <paramref name="store"/> belongs to it until <see cref="DisposeAsync"/>.</summary>
    public BrokerLoop(BrokerStore store, ILogger logger)
    {
        (_store, _logger) = (store, logger);
        _thread = new Thread(Run) { IsBackground = true, Name = "broker" };
        _thread.Start();
    }

    /// <summary>Ends when the loop is disposed; faults when a commit fails, after which nothing is done or acknowledged any more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Queues <paramref name="action"/>; after the end it is dropped.</summary>
    public void Post(Action action) => TryPost(action);

    /// <summary>
    /// Runs <paramref name="action"/> on the caller's thread when nothing else is there to do, commit included, and queues it otherwise.
    /// For a caller that has nothing to do meanwhile: the loop's own thread need not be woken first.
    /// </summary>
    public void RunOrPost(Action action)
    {
        lock (_gate)
        {
            if (_closed) return;
            _posted.Add(action);
            if (_busy || _posted.Count > 1) return;
            _busy = true;
        }

        Work(MaxRoundsOfACaller);
    }

    /// <summary>Runs <paramref name="read"/> on the loop and returns what it returned.</summary>
    /// <exception cref="ObjectDisposedException">The loop has ended, or ends before.</exception>
    public async Task<T> AskAsync<T>(Func<T> read)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = TryPost(() =>
        {
            try
            {
                answer.TrySetResult(read());
            }
            catch (Exception e)
            {
                answer.TrySetException(e);
            }
        });
        if (posted) await Task.WhenAny(answer.Task, Ended);
        return answer.Task.IsCompleted ? await answer.Task : throw new ObjectDisposedException(nameof(BrokerLoop));
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        try
        {
            await _ended.Task;
        }
        catch (Exception)
        {
            // Whoever watches the end knows.
        }
    }

    private bool TryPost(Action action)
    {
        lock (_gate)
        {
            if (_closed) return false;
            _posted.Add(action);
            if (_posted.Count == 1 && !_busy) Monitor.Pulse(_gate);
            return true;
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                while (_busy || (_posted.Count == 0 && !_closed)) Monitor.Wait(_gate);
                if (_posted.Count == 0) break;
                _busy = true;
            }

            Work(int.MaxValue);
        }

        _ended.TrySetResult();
    }

    /// <summary>Does what was posted until there is no more or it was so many commits. The caller has set <see cref="_busy"/>.</summary>
    private void Work(int rounds)
    {
        try
        {
            while (TakeAll(rounds--) is { } actions)
            {
                for (var i = 0; i < actions.Count; i++)
                {
                    Guard(actions[i]);
                    if ((i + 1) % MaxActionsPerCommit == 0) Commit();
                }

                Commit();
                actions.Clear();
            }
        }
        catch (Exception e)
        {
            // Memory is ahead of the disk now; the only honest state is the one that a restart reads back.
            _ended.TrySetException(e);
            lock (_gate)
            {
                _posted.Clear();
                (_busy, _closed) = (false, true);
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>What was posted; null, and no longer busy, when nothing was or <paramref name="rounds"/> is 0.</summary>
    private List<Action>? TakeAll(int rounds)
    {
        lock (_gate)
        {
            if (_posted.Count > 0 && rounds > 0)
            {
                (_posted, _spare) = (_spare, _posted);
                return _spare;
            }

            _busy = false;
            if (_posted.Count > 0 || _closed) Monitor.Pulse(_gate);
            return null;
        }
    }

    private void Commit()
    {
        for (var due = _store.Commit(); due.Count > 0; due = _store.Commit())
            foreach (var then in due) Guard(then);
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            LogFailure(e);
        }
    }

    [LoggerMessage(132, LogLevel.Error, "An action of the broker failed.")]
    private partial void LogFailure(Exception exception);
}
