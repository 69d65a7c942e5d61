using Microsoft.AspNetCore.Http;
using WrnCloud.Batches;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>Reads batches.</summary>
public sealed class ReadBatches(BlobStore blobs, ActiveBatches active)
{
    private const int MostCounted = 1000;

    public async Task<IResult> GetAsync(string id, CancellationToken cancellationToken)
    {
        var ticket = await FindAsync(id, cancellationToken);
        if (await blobs.ReadJsonAsync<BatchRecord>(BatchNames.Record(ticket.Model, id), cancellationToken) is not { } record)
            return Answer.Json(await BeforeItsRecordAsync(ticket, cancellationToken));
        var manifest = record.State == BatchState.Succeeded
            ? await blobs.ReadJsonAsync<BatchManifest>(BatchNames.Output(record.Model, id, BatchNames.Manifest), cancellationToken)
            : null;
        var queued = record is { IsTerminal: false, Held: false };
        return Answer.Json(new BatchStatus(
            id,
            record.Model,
            record.Version,
            queued ? BatchState.Queued : record.State,
            record.Reason,
            record.Items,
            record.Done,
            record.Results,
            record.Errors,
            record.Skipped,
            manifest?.Files,
            queued ? await CountOthersAsync(id, cancellationToken) : null));
    }

    public async Task<IResult> GetFileAsync(string id, string file, CancellationToken cancellationToken)
    {
        var ticket = await FindAsync(id, cancellationToken);
        string[] files = [BatchNames.Results, BatchNames.Errors, BatchNames.Manifest];
        if (!files.Contains(file)) throw NotFound($"The files of a batch are {string.Join(", ", files)}.");
        var blob = await blobs.OpenReadAsync(BatchNames.Output(ticket.Model, id, file), cancellationToken);
        return blob is { } found ? Results.Stream(found.Content, found.ContentType, file) : throw NotFound("The batch has not ended.");
    }

    private async Task<BatchStatus> BeforeItsRecordAsync(BatchTicket ticket, CancellationToken cancellationToken)
    {
        var uploaded = await blobs.Client.GetBlobContainerClient(Containers.BatchInput).GetBlobClient(ticket.Input).ExistsAsync(cancellationToken);
        return uploaded
            ? new BatchStatus(ticket.Id, ticket.Model, null, BatchState.Queued, OthersActive: await CountOthersAsync(ticket.Id, cancellationToken))
            : new BatchStatus(ticket.Id, ticket.Model, null, BatchState.AwaitingUpload);
    }

    private async Task<int> CountOthersAsync(string id, CancellationToken cancellationToken) =>
        await active.ListAsync(cancellationToken).Where(b => b.Id != id).Take(MostCounted).CountAsync(cancellationToken);

    private async Task<BatchTicket> FindAsync(string id, CancellationToken cancellationToken) =>
        (BatchNames.IsId(id) ? await blobs.ReadJsonAsync<BatchTicket>(BatchNames.Ticket(id), cancellationToken) : null)
        ?? throw NotFound("There is no batch with this id.");

    private static WrnException NotFound(string detail) => new(ErrorCatalogue.BatchNotFound, detail);
}
