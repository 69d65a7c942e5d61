using System.Collections.Concurrent;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using WrnCloud.Batches;
using WrnCloud.Functions.Http;
using WrnCloud.Jobs;
using WrnCloud.Messaging;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>Finds inputs whose event was lost and batches whose worker was, and puts a message for each on the queue again.</summary>
public sealed partial class SweepBatches(BlobStore blobs, IJobQueues queues, TimeProvider clock, ILogger<SweepBatches> logger)
{
    private const int MostRemembered = 100_000;
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    /// <summary>Batches that have ended and stay so: inputs are kept for months, and a read of each every few minutes would be billed.</summary>
    private readonly ConcurrentDictionary<string, byte> _ended = new();

    public async Task HandleAsync(CancellationToken cancellationToken)
    {
        await using var queue = queues.Open(QueueNames.BatchEvents);
        await foreach (var blob in blobs.Client.GetBlobContainerClient(Containers.BatchInput).GetBlobsAsync(cancellationToken: cancellationToken))
        {
            try
            {
                await LookAfterAsync(queue, blob, cancellationToken);
            }
            catch (Exception e) when (Outage.Is(e) || e is InvalidDataException)
            {
                LogSkipped(logger, blob.Name, e);

                // Without the broker each further input would wait as long in vain; the next sweep tries again.
                if (e is MessagingException { Failure: MessagingFailure.ConnectionBroken }) return;
            }
        }
    }

    private async Task LookAfterAsync(IJobQueue queue, BlobItem blob, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (blob.Properties.LastModified is not { } written || now - written < Grace) return;
        if (!InputBlobName.TryParse(Containers.BatchInput, blob.Name, out var input) || blob.Properties.ETag is not { } etag) return;
        var message = new BatchMessage(input, etag.ToString().Trim('"'));
        var id = BatchNames.IdOf(input, message.ETag);
        if (_ended.ContainsKey(id)) return;
        var record = await blobs.ReadJsonWithTagAsync<BatchRecord>(BatchNames.Record(input.Model, id), cancellationToken);
        if (record is { Value.IsTerminal: true })
        {
            if (_ended.Count < MostRemembered) _ended.TryAdd(id, 0);
            return;
        }

        var stray = record is null || record.Value.Blob.Age > JobTransitions.Lease + Grace;

        // The id changes each minute: a sweep's message must not be taken for the duplicate of an earlier sweep's lost one.
        if (stray) await queue.SendAsync(message.Continuation(id, -(int)(now.ToUnixTimeSeconds() / 60), now), cancellationToken);
    }

    [LoggerMessage(34, LogLevel.Warning, "The input {Input} can't be looked after this time")]
    private static partial void LogSkipped(ILogger logger, string input, Exception exception);
}
