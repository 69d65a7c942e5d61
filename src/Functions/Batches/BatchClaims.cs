using WrnCloud.Batches;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>The batch's record: created at first touch with the model version pinned, claimed and kept by conditional writes like a job's.</summary>
public sealed class BatchClaims(BlobStore blobs, ModelRegistry models)
{
    /// <summary>
    /// The record claimed for this worker, or null when there is nothing to do: the batch has ended, another worker is alive, or the batch is another
    /// input's (one that was put under the same id later).
    /// </summary>
    public async Task<BatchRecord?> ClaimAsync(BatchMessage message, CancellationToken cancellationToken)
    {
        var id = BatchNames.IdOf(message.Input, message.ETag);
        var name = BatchNames.Record(message.Input.Model, id);
        await blobs.TryCreateJsonAsync(BatchNames.Ticket(id), new BatchTicket(id, message.Input.Model, message.Input.Path), cancellationToken);
        while (true)
        {
            if (await blobs.ReadJsonWithTagAsync<BatchRecord>(name, cancellationToken) is not { } read)
            {
                var first = await FirstTouchAsync(id, message, cancellationToken);
                if (await blobs.TryCreateJsonAsync(name, first, cancellationToken)) return first.IsTerminal ? null : first;
                continue;
            }

            if (read.Value.IsTerminal || (read.Value.Held && read.Blob.Age <= JobTransitions.Lease)) return null;
            if (read.Value.Input != message.Input.Path || read.Value.InputETag != message.ETag) return null;
            var claimed = read.Value.Stalls >= BatchLimits.MaxStalls
                ? GivenUp(read.Value)
                : read.Value with { Attempt = read.Value.Attempt + 1, Stalls = read.Value.Stalls + 1, Held = true };
            if (await blobs.TryReplaceJsonAsync(name, claimed, read.Blob.ETag, cancellationToken) is not null) return claimed.IsTerminal ? null : claimed;
        }
    }

    /// <summary>Writes the holder's change; null when another worker has taken over.</summary>
    public async Task<BatchRecord?> WriteAsync(BatchRecord record, CancellationToken cancellationToken)
    {
        var name = BatchNames.Record(record.Model, record.Id);
        while (true)
        {
            if (await blobs.ReadJsonWithTagAsync<BatchRecord>(name, cancellationToken) is not { } read) return null;
            if (read.Value.IsTerminal || read.Value.Attempt != record.Attempt) return null;
            if (await blobs.TryReplaceJsonAsync(name, record, read.Blob.ETag, cancellationToken) is not null) return record;
        }
    }

    /// <summary>
    /// Lets go after an unexpected failure, so that the message's next delivery takes the batch up at once instead of finding it held.
    /// True when the batch is given up instead.
    /// </summary>
    public async Task<bool> ReleaseAsync(BatchRecord record)
    {
        // The failure may be the cancellation itself: the release has to happen all the same.
        var released = record.Stalls >= BatchLimits.MaxStalls ? GivenUp(record) : record with { Held = false };
        return await WriteAsync(released, CancellationToken.None) is { IsTerminal: true };
    }

    private static BatchRecord GivenUp(BatchRecord record) => record with
    {
        State = BatchState.Failed,
        Held = false,
        Reason = new JobReason(ErrorCatalogue.Internal.Code, $"The batch came no further in {record.Stalls} attempts."),
    };

    private async Task<BatchRecord> FirstTouchAsync(string id, BatchMessage message, CancellationToken cancellationToken)
    {
        var record = new BatchRecord { Id = id, Model = message.Input.Model, Input = message.Input.Path, InputETag = message.ETag, Attempt = 1, Stalls = 1, Held = true };
        try
        {
            return record with { Version = (await models.ResolveAsync(record.Model, null, null, cancellationToken)).Version };
        }
        catch (WrnException e)
        {
            return record with { State = BatchState.Failed, Held = false, Reason = new JobReason(e.Error.Code, e.Message) };
        }
    }
}
