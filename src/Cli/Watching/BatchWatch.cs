using Spectre.Console;
using WrnCloud.Batches;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Output;
using WrnCloud.Errors;

namespace WrnCloud.Cli.Watching;

/// <summary>Follows a batch until every item is classified or in error.</summary>
internal static class BatchWatch
{
    /// <summary>Longest wait for an upload to be noticed.</summary>
    private static readonly TimeSpan LongestUnnoticed = TimeSpan.FromMinutes(5);

    /// <summary>Returns the ended batch, succeeded or failed.</summary>
    /// <exception cref="FailedException">The upload was not noticed in time.</exception>
    public static async Task<BatchStatus> RunAsync(CliContext context, ApiClient api, string id, CancellationToken cancellationToken)
    {
        BatchStatus? last = null;
        if (context.IsTerminal)
        {
            await context.Out.Status().StartAsync("…", status => FollowAsync(line => status.Status(Markup.Escape(line))));
        }
        else
        {
            var shown = "";
            await FollowAsync(line =>
            {
                if (line != shown) context.Out.WriteLine(shown = line);
            });
        }

        return last!;

        async Task FollowAsync(Action<string> show)
        {
            var started = context.Clock.GetTimestamp();
            await foreach (var batch in Polling.FollowAsync(ct => FindAsync(api, id, ct), HasEnded, context.Clock, cancellationToken))
            {
                if (batch.State == BatchState.AwaitingUpload && context.Clock.GetElapsedTime(started) > LongestUnnoticed)
                    throw new FailedException(
                        $"The upload was not noticed within {Format.Duration(LongestUnnoticed)}. Check again later: batch {id}.");
                last = batch;
                show(Describe(batch));
            }
        }
    }

    private static bool HasEnded(BatchStatus batch) => batch.State is BatchState.Succeeded or BatchState.Failed;

    private static async Task<BatchStatus?> FindAsync(ApiClient api, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetBatchAsync(id, cancellationToken);
        }
        catch (ApiException e) when (e.Problem.Code == ErrorCatalogue.BatchNotFound.Code)
        {
            // The batch exists once its upload is noticed.
            return new BatchStatus(id, "", null, BatchState.AwaitingUpload);
        }
    }

    private static string Describe(BatchStatus batch) => batch.State switch
    {
        BatchState.AwaitingUpload => "Waiting for the upload to be noticed…",
        BatchState.Queued when batch.OthersActive > 0 => $"Waiting for its turn; other active batches: {batch.OthersActive}…",
        BatchState.Queued => "Waiting for its turn…",
        BatchState.Running when batch.Items is { } items => $"{batch.Done} of {items} items done, {batch.Errors} with errors",
        BatchState.Running => "Reading the archive…",
        BatchState.Succeeded => $"{batch.Items} items: {batch.Results} classified, {batch.Errors} with errors, {batch.Skipped} skipped",
        _ => $"Failed: {batch.Reason?.Message}",
    };
}
