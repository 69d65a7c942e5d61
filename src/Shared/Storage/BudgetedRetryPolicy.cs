using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace WrnCloud.Storage;

/// <summary>
/// Retries a call to the store within a <see cref="StoreBudget"/>: each try waits no longer than the rest of it, and none starts near its end.
/// A call without a response in time fails with a <see cref="RequestFailedException"/> of status 0, like one without a connection.
/// </summary>
internal sealed class BudgetedRetryPolicy(StoreBudget ownBudget, int maxRetries, TimeProvider clock)
    : RetryPolicy(maxRetries, new Backoff(ownBudget))
{
    private const string StartKey = "wrncloud.start";
    private static readonly TimeSpan ShortestTry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(1.5);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        message.SetProperty(StartKey, clock.GetTimestamp());
        try
        {
            await base.ProcessAsync(message, pipeline).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!message.CancellationToken.IsCancellationRequested)
        {
            throw new RequestFailedException($"The store did not answer within {BudgetOf(ownBudget).Total.TotalSeconds:0.#} s.", e);
        }
    }

    protected override ValueTask OnSendingRequestAsync(HttpMessage message)
    {
        OnSendingRequest(message);
        return ValueTask.CompletedTask;
    }

    protected override void OnSendingRequest(HttpMessage message)
    {
        var rest = RestOf(message);
        var longest = BudgetOf(ownBudget).Try;
        if (rest < longest) longest = rest;
        message.NetworkTimeout = longest > ShortestTry ? longest : ShortestTry;
    }

    protected override async ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        IsTimeLeft(message) && await base.ShouldRetryAsync(message, exception).ConfigureAwait(false);

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) => IsTimeLeft(message) && base.ShouldRetry(message, exception);

    private static StoreBudget BudgetOf(StoreBudget own) => StoreBudget.Current ?? own;

    private bool IsTimeLeft(HttpMessage message)
    {
        var wait = message.HasResponse && message.Response.Headers.TryGetValue("Retry-After", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return RestOf(message) > LeastRest + wait;
    }

    private TimeSpan RestOf(HttpMessage message)
    {
        var start = message.TryGetProperty(StartKey, out var value) ? (long)value! : clock.GetTimestamp();
        return BudgetOf(ownBudget).Total - clock.GetElapsedTime(start);
    }

    // 0.2, 0.4, 0.8 … s, at most a quarter of the budget.
    private sealed class Backoff(StoreBudget ownBudget) : DelayStrategy(TimeSpan.FromSeconds(5))
    {
        private static readonly TimeSpan First = TimeSpan.FromSeconds(0.2);
        private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

        protected override TimeSpan GetNextDelayCore(Response? response, int retryNumber)
        {
            var delay = First * Math.Pow(2, Math.Min(retryNumber - 1, 10));
            var most = BudgetOf(ownBudget).Total / 4;
            if (most > Longest) most = Longest;
            return delay < most ? delay : most;
        }
    }
}
