using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace WrnCloud.Messaging.Amqp;

/// <summary>
/// Service Bus queues over AMQP 1.0 (AMQPNetLite): one connection per namespace, opened on first use and opened again, with back-off,
/// after a break. Locks survive a break, because everything that concerns them goes by lock token to the entity's management node.
/// </summary>
/// <remarks>
/// A settlement whose answer was lost to a break is sent again; when the first one had been carried out, the caller sees
/// <see cref="MessagingFailure.LockLost"/>.
/// </remarks>
public sealed partial class AmqpJobQueues : IJobQueues
{
    private static readonly TimeSpan DefaultRetryBudget = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ServiceBusConnection _target;
    private readonly ILogger _logger;
    private readonly TimeSpan _retryBudget;
    private readonly SemaphoreSlim _gate = new(1);
    private AmqpConnection? _current;
    private volatile bool _disposed;

    /// <summary>Nothing is connected yet. <paramref name="retryBudget"/> bounds how long one operation retries (default 30 s).</summary>
    public AmqpJobQueues(
        ServiceBusConnection connection, TimeProvider time, ILogger<AmqpJobQueues>? logger = null, TimeSpan? retryBudget = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(time);
        _target = connection;
        Time = time;
        _logger = logger ?? NullLogger<AmqpJobQueues>.Instance;
        _retryBudget = retryBudget ?? DefaultRetryBudget;
    }

    internal TimeProvider Time { get; }

    /// <inheritdoc/>
    public IJobQueue Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new AmqpJobQueue(this, path);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        await _gate.WaitAsync();
        _disposed = true;
        var current = _current;
        _current = null;
        _gate.Release();
        if (current is not null)
        {
            await current.DisposeAsync();
        }
    }

    /// <summary>Runs <paramref name="operation"/> until it succeeds, fails for a reason that waiting does not mend, or the budget is spent.</summary>
    internal async Task<T> RunAsync<T>(
        string path, Func<AmqpConnection, CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        var started = Time.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            AmqpConnection? connection = null;
            MessagingException problem;
            try
            {
                connection = await ConnectAsync(cancellationToken);
                return await operation(connection, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && !_disposed)
            {
                problem = AmqpErrors.Translate(e, path);
                if (connection is not null && (!connection.IsOpen || e is TimeoutException || problem.Failure == MessagingFailure.NotAuthorized))
                {
                    // A refused identity takes its connection along, so that the next call shows a fresh token.
                    await DropAsync(connection);
                }
            }

            var mends = problem.Failure is MessagingFailure.ConnectionBroken or MessagingFailure.Throttled;
            if (!mends || Time.GetElapsedTime(started) + pause > _retryBudget)
            {
                throw problem;
            }

            LogRetry(path, problem.Failure, problem.Message, pause.TotalMilliseconds);
            await Task.Delay(pause, Time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<AmqpConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_current is not { IsOpen: true })
            {
                // A connection may stand without its session; what is left of it goes before the next one comes.
                if (Interlocked.Exchange(ref _current, null) is { } broken)
                {
                    await broken.DisposeAsync();
                }

                _current = await AmqpConnection.OpenAsync(_target, Time, cancellationToken);
            }

            return _current;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task DropAsync(AmqpConnection broken)
    {
        Interlocked.CompareExchange(ref _current, null, broken);
        await broken.DisposeAsync();
    }

    [LoggerMessage(LogLevel.Warning, "Messaging on '{Path}' failed with {Failure} ({Reason}); trying again in {Milliseconds} ms.")]
    private partial void LogRetry(string path, MessagingFailure failure, string reason, double milliseconds);
}
