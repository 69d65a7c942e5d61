using Microsoft.AspNetCore.Http;
using WrnCloud.Batches;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>Answers about batches.</summary>
public sealed class ReadBatches(BlobStore blobs)
{
    public async Task<IResult> GetAsync(string id, CancellationToken cancellationToken)
    {
        var ticket = await FindAsync(id, cancellationToken);
        if (await blobs.ReadJsonAsync<BatchRecord>(BatchNames.Record(ticket.Model, id), cancellationToken) is not { } record)
            return Answer.Json(new BatchStatus(id, ticket.Model, null, BatchState.AwaitingUpload));
        var manifest = record.State == BatchState.Succeeded
            ? await blobs.ReadJsonAsync<BatchManifest>(BatchNames.Output(record.Model, id, BatchNames.Manifest), cancellationToken)
            : null;
        return Answer.Json(new BatchStatus(
            id, record.Model, record.Version, record.State, record.Reason, record.Items, record.Done, record.Results, record.Errors, record.Skipped, manifest?.Files));
    }

    public async Task<IResult> GetFileAsync(string id, string file, CancellationToken cancellationToken)
    {
        var ticket = await FindAsync(id, cancellationToken);
        string[] files = [BatchNames.Results, BatchNames.Errors, BatchNames.Manifest];
        if (!files.Contains(file)) throw NotFound($"The files of a batch are {string.Join(", ", files)}.");
        var blob = await blobs.OpenReadAsync(BatchNames.Output(ticket.Model, id, file), cancellationToken);
        return blob is { } found ? Results.Stream(found.Content, found.ContentType, file) : throw NotFound("The batch has not ended.");
    }

    private async Task<BatchTicket> FindAsync(string id, CancellationToken cancellationToken) =>
        (BatchNames.IsId(id) ? await blobs.ReadJsonAsync<BatchTicket>(BatchNames.Ticket(id), cancellationToken) : null)
        ?? throw NotFound("There is no batch with this id.");

    private static WrnException NotFound(string detail) => new(ErrorCatalogue.BatchNotFound, detail);
}
