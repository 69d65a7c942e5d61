using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using WrnCloud.Functions.Http;
using WrnCloud.Messaging;

namespace WrnCloud.Functions.Upkeep;

/// <summary>
/// Checks store and queue, each within its budget, and that the upkeep timers run: 200 when all is well, else 503 with the part at fault. The
/// endpoint is open to anyone, so that one check serves all requests that arrive during it and for some seconds after.
/// </summary>
public sealed class CheckHealth(Heartbeats heartbeats, IJobQueues queues, TimeProvider clock, IOptions<RequestOptions> options) : IAsyncDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly IJobQueue _queue = queues.Open(QueueNames.TrainingJobs);
    private Task<HealthReport>? _look;
    private long _lookedAt;

    public async Task<IResult> HandleAsync(CancellationToken cancellationToken)
    {
        var report = await Look().WaitAsync(cancellationToken);
        return Answer.Json(report, report.Status == "healthy" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _queue.DisposeAsync();

    private Task<HealthReport> Look()
    {
        lock (_gate)
        {
            if (_look is null or { IsFaulted: true } || (_look.IsCompleted && clock.GetElapsedTime(_lookedAt) > Fresh))
            {
                // The first caller may disconnect; the others still need the result.
                _look = LookAsync();
                _lookedAt = clock.GetTimestamp();
            }

            return _look;
        }
    }

    private async Task<HealthReport> LookAsync()
    {
        var store = AskAsync(heartbeats.FindStaleAsync);
        var queue = AskAsync(ct => _queue.PeekAsync(0, 1, ct));
        var (stale, waiting) = (await store, await queue);
        var healthy = stale is { Count: 0 } && waiting is not null;
        return new HealthReport(
            healthy ? "healthy" : "unhealthy",
            stale is null ? "unreachable" : "reachable",
            waiting is null ? "unreachable" : "reachable",
            stale switch { null => "unknown", { Count: 0 } => "running", _ => "stale" },
            stale is { Count: > 0 } ? stale : null);
    }

    // Null when there is no response in time.
    private async Task<T?> AskAsync<T>(Func<CancellationToken, Task<T>> question)
        where T : class
    {
        try
        {
            return await TimeLimit.RunAsync(question, TimeSpan.FromSeconds(options.Value.HealthSeconds), clock, CancellationToken.None);
        }
        catch (Exception e) when (Outage.Is(e) || e is OperationCanceledException)
        {
            return null;
        }
    }
}
