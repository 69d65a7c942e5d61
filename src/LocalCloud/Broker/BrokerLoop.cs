using Microsoft.Extensions.Logging;
using WrnCloud.LocalCloud.Broker.Journal;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>
/// Confines queue state and journal to one thread at a time: actions from the network and the clock run here in order; then their changes
/// are committed, and the callbacks that waited for the commit run.
/// Actions that arrive during a commit share the next one (group commit).
/// The AMQP library's callbacks never see an exception, because one would close their connection.
/// </summary>
internal sealed partial class BrokerLoop : IAsyncDisposable
{
    // Bounds how many actions can delay a commit.
    private const int MaxActionsPerCommit = 1000;

    /// <summary>Commits that a caller runs on others' behalf before the loop's own thread takes over.</summary>
    private const int MaxRoundsOfACaller = 4;

    // Monitor.Wait does not spin, which leaves the cores to the clients.
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

    /// <summary>Completes when the loop is disposed; faults when a commit fails, after which nothing is executed or acknowledged.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Queues <paramref name="action"/>; dropped once the loop has ended.</summary>
    public void Post(Action action) => TryPost(action);

    /// <summary>
    /// Runs <paramref name="action"/>, commit included, on the caller's thread when the loop is idle, and queues it otherwise.
    /// For a caller that would only wait: it saves waking the loop's own thread.
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
    /// <exception cref="ObjectDisposedException">The loop has ended, or ends before it runs.</exception>
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
            // Ended reports it.
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

    /// <summary>Runs posted actions until none are left or <paramref name="rounds"/> commits are done. The caller has set <c>_busy</c>.</summary>
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
            // Memory is ahead of the disk now; only a restart, which reads the disk, restores a consistent state.
            _ended.TrySetException(e);
            lock (_gate)
            {
                _posted.Clear();
                (_busy, _closed) = (false, true);
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>The posted actions; null, and no longer busy, when there are none or <paramref name="rounds"/> is 0.</summary>
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
