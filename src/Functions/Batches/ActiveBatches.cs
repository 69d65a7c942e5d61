using WrnCloud.Batches;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>
/// One empty blob for each batch that has not ended, <c>requests/active-batches/{model}/{id}</c>: the upkeep timer lists these few, never the
/// inputs and results that are kept.
/// </summary>
public sealed class ActiveBatches(BlobStore blobs)
{
    private const string Folder = "active-batches";
    private static readonly TimeSpan WithoutRecordTooLong = TimeSpan.FromHours(1);

    /// <summary>Adds a batch, before its record is written. No error when it is already there.</summary>
    public Task AddAsync(string model, string id, CancellationToken cancellationToken) =>
        blobs.TryCreateAsync(NameOf(model, id), ReadOnlyMemory<byte>.Empty, "application/octet-stream", cancellationToken);

    /// <summary>Removes a batch that has ended.</summary>
    public Task RemoveAsync(string model, string id, CancellationToken cancellationToken) => blobs.DeleteAsync(NameOf(model, id), cancellationToken);

    /// <summary>Removes a batch whose record was never written, once no request can still be writing it.</summary>
    public async Task RemoveWithoutRecordAsync(string model, string id, CancellationToken cancellationToken)
    {
        var entry = await blobs.ReadAsync(NameOf(model, id), cancellationToken);
        if (entry?.Age > WithoutRecordTooLong) await RemoveAsync(model, id, cancellationToken);
    }

    /// <summary>Models and ids, in ordinal order. May name one that ended a moment ago.</summary>
    public async IAsyncEnumerable<(string Model, string Id)> ListAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var name in blobs.ListAsync(Containers.Requests, $"{Folder}/", cancellationToken))
        {
            if (name.Split('/') is [_, var model, var id] && BlobName.IsSegment(model) && BatchNames.IsId(id)) yield return (model, id);
        }
    }

    private static BlobName NameOf(string model, string id) => BlobName.Of(Containers.Requests, Folder, model, id);
}
