using Microsoft.Extensions.Options;
using WrnCloud.Batches;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>The batch's record: created on first use with the model version pinned, claimed and renewed by conditional writes like a job's.</summary>
public sealed class BatchClaims(BlobStore blobs, ModelRegistry models, ActiveBatches active, IOptions<BatchOptions> options)
{
    /// <summary>
    /// The record claimed for this worker, or null when there is nothing to do: the batch has ended, another worker is alive, or the batch is another
    /// input's (one that was uploaded under the same id later).
    /// </summary>
    public async Task<BatchRecord?> ClaimAsync(BatchMessage message, CancellationToken cancellationToken)
    {
        var claimed = await TakeUpAsync(
            message, r => r, r => r with { Attempt = r.Attempt + 1, Stalls = r.Stalls + 1, Held = true }, ErrorCatalogue.Internal, cancellationToken);
        return claimed is { IsTerminal: false } ? claimed : null;
    }

    /// <summary>
    /// For a dead letter: the record as it is now, terminal when the batch has stalled too often, otherwise released and to be requeued.
    /// Null when there is nothing to do: the batch has ended, a worker is alive, or the batch is another input's.
    /// </summary>
    /// <exception cref="InvalidDataException">The record can't be read.</exception>
    public Task<BatchRecord?> TryReviveAsync(BatchMessage message, CancellationToken cancellationToken) => TakeUpAsync(
        message,
        r => r with { Held = false, Attempt = 0 },
        r => r with { Stalls = r.Stalls + 1, Held = false },
        ErrorCatalogue.DeliveryFailed,
        cancellationToken);

    /// <summary>Writes the holder's change; null when another worker has taken over.</summary>
    public async Task<BatchRecord?> WriteAsync(BatchRecord record, CancellationToken cancellationToken)
    {
        var name = BatchNames.Record(record.Model, record.Id);
        while (true)
        {
            if (await blobs.ReadJsonWithTagAsync<BatchRecord>(name, cancellationToken) is not { } read) return null;
            if (read.Value.IsTerminal || read.Value.Attempt != record.Attempt) return null;
            if (await blobs.TryReplaceJsonAsync(name, record, read.Blob.ETag, cancellationToken) is null) continue;
            if (record.IsTerminal) await ForgetAsync(record);
            return record;
        }
    }

    /// <summary>
    /// Releases the batch after an unexpected failure, so that the message's next delivery can claim it at once.
    /// True when the batch has failed for good instead.
    /// </summary>
    public async Task<bool> ReleaseAsync(BatchRecord record)
    {
        // The failure may be a cancellation; the release must happen all the same.
        var released = record.Stalls >= BatchLimits.MaxStalls ? GivenUp(record, ErrorCatalogue.Internal) : record with { Held = false };
        return await WriteAsync(released, CancellationToken.None) is { IsTerminal: true };
    }

    /// <summary>Releases the batch for a worker that has died; false when the record has changed since it was read.</summary>
    public async Task<bool> TryReleaseAsync(BatchRecord record, string etag, CancellationToken cancellationToken)
    {
        var name = BatchNames.Record(record.Model, record.Id);
        return await blobs.TryReplaceJsonAsync(name, record with { Held = false }, etag, cancellationToken) is not null;
    }

    // The record written for an arriving message, terminal when the batch can't start or has stalled too often; null when there is nothing to do.
    private async Task<BatchRecord?> TakeUpAsync(
        BatchMessage message,
        Func<BatchRecord, BatchRecord> amendFirst,
        Func<BatchRecord, BatchRecord> next,
        ErrorCode tooManyStalls,
        CancellationToken cancellationToken)
    {
        var (id, name) = await BeginAsync(message, cancellationToken);
        while (true)
        {
            BatchRecord written;
            if (await blobs.ReadJsonWithTagAsync<BatchRecord>(name, cancellationToken) is not { } read)
            {
                written = amendFirst(await FirstTouchAsync(id, message, cancellationToken));
                if (!await blobs.TryCreateJsonAsync(name, written, cancellationToken)) continue;
            }
            else
            {
                if (read.Value.IsTerminal)
                {
                    await ForgetAsync(read.Value);
                    return null;
                }

                if (IsHeld(read) || IsOthers(read.Value, message)) return null;
                written = read.Value.Stalls >= BatchLimits.MaxStalls ? GivenUp(read.Value, tooManyStalls) : next(read.Value);
                if (await blobs.TryReplaceJsonAsync(name, written, read.Blob.ETag, cancellationToken) is null) continue;
            }

            if (written.IsTerminal) await ForgetAsync(written);
            return written;
        }
    }

    private static bool IsOthers(BatchRecord record, BatchMessage message) => record.Input != message.Input.Path || record.InputETag != message.ETag;

    private static BatchRecord GivenUp(BatchRecord record, ErrorCode error) => record with
    {
        State = BatchState.Failed,
        Held = false,
        Reason = new JobReason(error.Code, $"The batch made no progress in {record.Stalls} attempts."),
    };

    private bool IsHeld((BatchRecord Value, StoredBlob Blob) read) => read.Value.Held && read.Blob.Age <= options.Value.Lease;

    private async Task<(string Id, BlobName Record)> BeginAsync(BatchMessage message, CancellationToken cancellationToken)
    {
        var id = BatchNames.IdOf(message.Input, message.ETag);
        await blobs.TryCreateJsonAsync(BatchNames.Ticket(id), new BatchTicket(id, message.Input.Model, message.Input.Path), cancellationToken);
        await active.AddAsync(message.Input.Model, id, cancellationToken);
        return (id, BatchNames.Record(message.Input.Model, id));
    }

    // The record is terminal: the timer removes a leftover entry.
    private async Task ForgetAsync(BatchRecord record)
    {
        try
        {
            await active.RemoveAsync(record.Model, record.Id, CancellationToken.None);
        }
        catch (Exception e) when (Http.Outage.Is(e))
        {
            // See above.
        }
    }

    private async Task<BatchRecord> FirstTouchAsync(string id, BatchMessage message, CancellationToken cancellationToken)
    {
        var record = new BatchRecord
        {
            Id = id,
            Model = message.Input.Model,
            Input = message.Input.Path,
            InputETag = message.ETag,
            Attempt = 1,
            Stalls = 1,
            Held = true,
        };
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
