using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WrnCloud.Batches;
using WrnCloud.Functions.Http;
using WrnCloud.Messaging;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>
/// Resumes stalled batches: one whose worker has died is requeued when its lease expires, and one whose message has vanished gets another. A dead
/// worker's message stays locked for minutes, so that waiting for it would take longer.
/// </summary>
public sealed partial class ResumeBatches(
    BlobStore blobs,
    ActiveBatches active,
    BatchClaims claims,
    IJobQueues queues,
    TimeProvider clock,
    IOptions<BatchOptions> options,
    ILogger<ResumeBatches> logger)
{
    private static readonly TimeSpan UnheldTooLong = TimeSpan.FromMinutes(15);

    public async Task HandleAsync(CancellationToken cancellationToken)
    {
        await using var queue = queues.Open(QueueNames.BatchEvents);
        var waiting = new WaitingBatches(queue);
        await foreach (var (model, id) in active.ListAsync(cancellationToken))
        {
            try
            {
                await LookAfterAsync(model, id, queue, waiting, cancellationToken);
            }
            catch (Exception e) when (Outage.Is(e) || e is InvalidDataException)
            {
                LogSkipped(logger, id, e);

                // While the broker is down, each further batch would time out too; the next round tries again.
                if (e is MessagingException { Failure: MessagingFailure.ConnectionBroken }) return;
            }
        }
    }

    private async Task LookAfterAsync(string model, string id, IJobQueue queue, WaitingBatches waiting, CancellationToken cancellationToken)
    {
        if (await blobs.ReadJsonWithTagAsync<BatchRecord>(BatchNames.Record(model, id), cancellationToken) is not { } read)
        {
            await active.RemoveWithoutRecordAsync(model, id, cancellationToken);
            return;
        }

        var record = read.Value;
        if (record.IsTerminal)
        {
            await active.RemoveAsync(model, id, cancellationToken);
            return;
        }

        if (record.Held ? read.Blob.Age <= options.Value.Lease : read.Blob.Age <= UnheldTooLong) return;
        if (!InputBlobName.TryParse(Containers.BatchInput, record.Input, out var input)) return;
        if (!record.Held && await waiting.ContainsAsync(id, cancellationToken)) return;

        var now = clock.GetUtcNow();
        await queue.SendAsync(new BatchMessage(input, record.InputETag).Continuation(id, BatchMessage.NumberOf(now), now), cancellationToken);
        LogResumed(logger, id);

        // Release on behalf of the dead worker, so that the next round does not send another message for the same failure.
        await claims.TryReleaseAsync(record, read.Blob.ETag, cancellationToken);
    }

    [LoggerMessage(35, LogLevel.Warning, "Batch {BatchId} has lost its worker and is requeued")]
    private static partial void LogResumed(ILogger logger, string batchId);

    [LoggerMessage(36, LogLevel.Warning, "Batch {BatchId} can't be checked this time")]
    private static partial void LogSkipped(ILogger logger, string batchId, Exception exception);
}
