using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>
/// The one thread of control that touches queue state: whatever the network, the journal or the clock reports is posted here and runs
/// in order. The AMQP library's callbacks only post, because an exception in one of them closes its connection.
/// </summary>
internal sealed partial class BrokerLoop : IAsyncDisposable
{
    private readonly Channel<Action> _actions = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ILogger _logger;
    private readonly Task _running;

    public BrokerLoop(ILogger logger)
    {
        _logger = logger;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Queues <paramref name="action"/>; after disposal it is dropped.</summary>
    public void Post(Action action) => _actions.Writer.TryWrite(action);

    /// <summary>Runs <paramref name="read"/> on the loop and returns what it returned.</summary>
    public Task<T> AskAsync<T>(Func<T> read)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = _actions.Writer.TryWrite(() =>
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
        _actions.Writer.TryComplete();
        await _running;
    }

    private async Task RunAsync()
    {
        await foreach (var action in _actions.Reader.ReadAllAsync())
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
    }

    [LoggerMessage(LogLevel.Error, "An action of the broker failed.")]
    private partial void LogFailure(Exception exception);
}
