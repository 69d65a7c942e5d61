using System.Collections.Concurrent;
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

    private readonly BlockingCollection<Action> _actions = [];
    private readonly ILogger _logger;
    private readonly BrokerStore _store;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
        _actions.CompleteAdding();
        try
        {
            await _ended.Task;
        }
        catch (Exception)
        {
            // Whoever watches the end knows.
        }

        _actions.Dispose();
    }

    private bool TryPost(Action action)
    {
        try
        {
            return _actions.TryAdd(action);
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void Run()
    {
        try
        {
            foreach (var first in _actions.GetConsumingEnumerable())
            {
                Guard(first);
                for (var i = 1; i < MaxActionsPerCommit && _actions.TryTake(out var next); i++) Guard(next);
                for (var due = _store.Commit(); due.Count > 0; due = _store.Commit())
                    foreach (var then in due) Guard(then);
            }

            _ended.TrySetResult();
        }
        catch (Exception e)
        {
            // Memory is ahead of the disk now; the only honest state is the one that a restart reads back.
            _actions.CompleteAdding();
            _ended.TrySetException(e);
        }
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
