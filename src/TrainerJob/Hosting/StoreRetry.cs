using System.Net.Sockets;
using Azure;
using Azure.Identity;
using Microsoft.Extensions.Logging;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>
/// Repeats work on the store, with growing pauses, while the store or the identity for it does not answer.
/// How long it goes on is the token's business: a claimed job is worth waiting for as long as it is held.
/// </summary>
public sealed partial class StoreRetry(TimeProvider clock, ILogger<StoreRetry> logger)
{
    private const int TooManyRequests = 429;
    private const int RequestTimeout = 408;
    private const int FirstServerError = 500;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Runs <paramref name="act"/> until it succeeds or fails for another reason than an absent store.</summary>
    /// <param name="jobId">For the log.</param>
    /// <param name="what">For the log: a noun.</param>
    /// <param name="act">Safe to repeat.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async Task<T> RunAsync<T>(string jobId, string what, Func<CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await act(cancellationToken);
            }
            catch (Exception e) when (IsAbsence(e))
            {
                cancellationToken.ThrowIfCancellationRequested();
                LogAway(jobId, what, pause.TotalSeconds, e);
            }

            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    /// <summary>The same without a result.</summary>
    public Task RunAsync(string jobId, string what, Func<CancellationToken, Task> act, CancellationToken cancellationToken) => RunAsync(
        jobId,
        what,
        async cancel =>
        {
            await act(cancel);
            return true;
        },
        cancellationToken);

    /// <summary>
    /// Whether an exception says that the store can't be reached, is overloaded or broken, as opposed to a refusal. The store's client throws an
    /// <see cref="AggregateException"/>, one inner exception a try, when it gives up.
    /// </summary>
    public static bool IsAbsence(Exception exception) => exception switch
    {
        RequestFailedException e => e.Status is 0 or RequestTimeout or TooManyRequests or >= FirstServerError,
        AggregateException e => e.InnerExceptions.Count > 0 && e.InnerExceptions.All(IsAbsence),
        HttpRequestException or HttpIOException or SocketException or OperationCanceledException or AuthenticationFailedException => true,
        IOException { InnerException: { } inner } => inner is SocketException or HttpIOException,
        _ => false,
    };

    [LoggerMessage(104, LogLevel.Warning, "Job {JobId}: the store does not answer ({What}); trying again in {Seconds} s")]
    private partial void LogAway(string jobId, string what, double seconds, Exception exception);
}
