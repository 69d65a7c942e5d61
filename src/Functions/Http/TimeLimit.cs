namespace WrnCloud.Functions.Http;

/// <summary>Bounds calls that have no suitable timeout of their own.</summary>
internal static class TimeLimit
{
    /// <summary>Returns the call's value. When the time is up, the call is cancelled and left to end by itself.</summary>
    /// <exception cref="TimeoutException">The time is up.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> call, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = call(ended.Token);
        try
        {
            return await running.WaitAsync(limit, clock, cancellationToken);
        }
        finally
        {
            // Only once the call has ended: its token must stay usable.
            _ = running.ContinueWith(
                done =>
                {
                    _ = done.Exception;
                    ended.Dispose();
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            if (!running.IsCompleted) await ended.CancelAsync();
        }
    }
}
