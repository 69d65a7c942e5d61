using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using WrnCloud.Batches;
using WrnCloud.Functions.Http;
using WrnCloud.Messaging;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>
/// Finds inputs whose event was lost, and sends a message for each. It compares two listings, of inputs and of batches, and reads no
/// blob: inputs are kept for months, and reading each every few minutes would cost money.
/// </summary>
public sealed partial class SweepBatches(BlobStore blobs, IJobQueues queues, TimeProvider clock, ILogger<SweepBatches> logger)
{
    private const int FoldersPerPage = 5000;
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    public async Task HandleAsync(CancellationToken cancellationToken)
    {
        await using var queue = queues.Open(QueueNames.BatchEvents);
        var waiting = new WaitingBatches(queue);
        var model = "";
        var inputs = new Dictionary<string, BatchMessage>();

        // Inputs are listed in the order of their paths, so model by model: only one model's are held in memory at once.
        await foreach (var blob in blobs.Client.GetBlobContainerClient(Containers.BatchInput).GetBlobsAsync(cancellationToken: cancellationToken))
        {
            if (MessageOf(blob) is not { } message) continue;
            if (message.Input.Model != model)
            {
                if (!await SendMissingAsync(model, inputs, queue, waiting, cancellationToken)) return;
                model = message.Input.Model;
                inputs.Clear();
            }

            inputs[BatchNames.IdOf(message.Input, message.ETag)] = message;
        }

        await SendMissingAsync(model, inputs, queue, waiting, cancellationToken);
    }

    // Null for blobs that are not inputs, and for those that have just arrived: their event is on the way.
    private BatchMessage? MessageOf(BlobItem blob)
    {
        if (blob.Properties.LastModified is not { } written || clock.GetUtcNow() - written < Grace) return null;
        if (!InputBlobName.TryParse(Containers.BatchInput, blob.Name, out var input) || blob.Properties.ETag is not { } etag) return null;
        return new BatchMessage(input, etag.ToString().Trim('"'));
    }

    // False when the broker is down: each further message would time out too.
    private async Task<bool> SendMissingAsync(
        string model, Dictionary<string, BatchMessage> inputs, IJobQueue queue, WaitingBatches waiting, CancellationToken cancellationToken)
    {
        if (inputs.Count == 0) return true;
        try
        {
            await RemoveBegunAsync(model, inputs, cancellationToken);
            foreach (var (id, message) in inputs)
            {
                if (await waiting.ContainsAsync(id, cancellationToken)) continue;
                var now = clock.GetUtcNow();
                await queue.SendAsync(message.Continuation(id, BatchMessage.NumberOf(now), now), cancellationToken);
            }
        }
        catch (Exception e) when (Outage.Is(e))
        {
            LogSkipped(logger, model, e);
            return e is not MessagingException { Failure: MessagingFailure.ConnectionBroken };
        }

        return true;
    }

    // A batch's folder exists once its record does, because the record is written first.
    private async Task RemoveBegunAsync(string model, Dictionary<string, BatchMessage> inputs, CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            (var ids, next) = await blobs.ListFoldersAsync(Containers.BatchOutput, $"{model}/", next, FoldersPerPage, cancellationToken);
            foreach (var id in ids) inputs.Remove(id);
        }
        while (next is not null);
    }

    [LoggerMessage(34, LogLevel.Warning, "The inputs of {Model} can't be checked this time")]
    private static partial void LogSkipped(ILogger logger, string model, Exception exception);
}
