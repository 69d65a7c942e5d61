using Microsoft.Extensions.Logging;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>
/// The one thread that touches queue state and journal: whatever the network or the clock reports is posted here and runs in order; then what it changed
/// is committed, and what waited for that runs. Actions that come in while a commit is under way share the next one (group commit). The AMQP library's
/// callbacks only post, because an exception in one of them closes its connection.
/// </summary>
internal sealed partial class BrokerLoop : IAsyncDisposable
{
    // A commit is not put off for longer than so many actions take.
    private const int MaxActionsPerCommit = 1000;

    // A monitor's wait does not spin: the cores have clients to serve meanwhile.
    private readonly object _gate = new();
    private readonly ILogger _logger;
    private readonly BrokerStore _store;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<Action> _posted = [];
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

    /// <summary>Runs <paramref name="read"/> on the loop and returns what it returned.</summary>
    public Task<T> AskAsync<T>(Func<T> read)
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
        return posted ? answer.Task : throw new ObjectDisposedException(nameof(BrokerLoop));
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
            if (_posted.Count == 1) Monitor.Pulse(_gate);
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

    /// <summary>Waits until something was posted and exchanges it for <paramref name="emptied"/>; nothing more is to come when the list is empty.</summary>
    private List<Action> Take(List<Action> emptied)
    {
        lock (_gate)
        {
            while (_posted.Count == 0 && !_closed) Monitor.Wait(_gate);
            (var taken, _posted) = (_posted, emptied);
            return taken;
        }
    }

    private void Run()
    {
        try
        {
            for (var actions = Take([]); actions.Count > 0; actions = Take(actions))
            {
                for (var i = 0; i < actions.Count; i++)
                {
                    Guard(actions[i]);
                    if ((i + 1) % MaxActionsPerCommit == 0) Commit();
                }

                Commit();
                actions.Clear();
            }

            _ended.TrySetResult();
        }
        catch (Exception e)
        {
            // Memory is ahead of the disk now; the only honest state is the one that a restart reads back.
            Close();
            _ended.TrySetException(e);
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

    [LoggerMessage(LogLevel.Error, "An action of the broker failed.")]
    private partial void LogFailure(Exception exception);
}
