using WrnCloud.Batches;
using WrnCloud.Jobs;
using WrnCloud.Messaging;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>Finds inputs whose event was lost and batches whose worker was, and puts a message for each on the queue again.</summary>
public sealed class SweepBatches(BlobStore blobs, IJobQueues queues, TimeProvider clock)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    public async Task HandleAsync(CancellationToken cancellationToken)
    {
        await using var queue = queues.Open(QueueNames.BatchEvents);
        var now = clock.GetUtcNow();
        await foreach (var blob in blobs.Client.GetBlobContainerClient(Containers.BatchInput).GetBlobsAsync(cancellationToken: cancellationToken))
        {
            if (blob.Properties.LastModified is not { } written || now - written < Grace) continue;
            if (!InputBlobName.TryParse(Containers.BatchInput, blob.Name, out var input) || blob.Properties.ETag is not { } etag) continue;
            var message = new BatchMessage(input, etag.ToString().Trim('"'));
            var id = BatchNames.IdOf(input, message.ETag);
            var record = await blobs.ReadJsonWithTagAsync<BatchRecord>(BatchNames.Record(input.Model, id), cancellationToken);
            var stray = record is null || (!record.Value.Value.IsTerminal && record.Value.Blob.Age > JobTransitions.Lease + Grace);

            // The id changes each minute: a sweep's message must not be taken for the duplicate of an earlier sweep's lost one.
            if (stray) await queue.SendAsync(message.Continuation(id, -(int)(now.ToUnixTimeSeconds() / 60), now), cancellationToken);
        }
    }
}
