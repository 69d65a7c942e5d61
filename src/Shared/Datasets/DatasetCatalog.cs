using WrnCloud.Errors;
using WrnCloud.Storage;

namespace WrnCloud.Datasets;

/// <summary>The data sets in the store. A data set is there when its manifest is: the manifest is written last and never changes.</summary>
public sealed class DatasetCatalog(BlobStore blobs)
{
    /// <summary>A file of a data set.</summary>
    public static BlobName FileName(string dataset, string file) => BlobName.Of(Containers.Datasets, dataset, file);

    /// <summary>Where a file of a data set lies: with it, or with one that it extends.</summary>
    public static BlobName FileName(DatasetManifest manifest, DatasetFile file)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(file);
        return FileName(file.Dataset ?? manifest.Name, file.Name);
    }

    /// <summary>The manifest, or null when there is no such data set.</summary>
    /// <exception cref="WrnException">There is one, but it breaks a rule of its form.</exception>
    public async Task<DatasetManifest?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (!BlobName.IsSegment(name)) return null;
        try
        {
            var file = FileName(name, DatasetManifest.FileName);
            if (await blobs.ReadAsync(file, cancellationToken, DatasetManifest.MaxBytes) is not { } blob) return null;
            var manifest = DatasetManifest.Parse(blob.Bytes.Span);
            return manifest.Name == name ? manifest : throw Unusable(name, $"its manifest is of '{manifest.Name}'.");
        }
        catch (Exception e) when (e is DatasetException or InvalidDataException)
        {
            throw Unusable(name, e.Message, e);
        }
    }

    /// <summary>One page of the usable data sets, by name.</summary>
    public async Task<(IReadOnlyList<DatasetManifest> Items, string? Next)> ListAsync(
        string? continuation, int count, CancellationToken cancellationToken)
    {
        var (names, next) = await blobs.ListFoldersAsync(Containers.Datasets, null, continuation, count, cancellationToken);
        var manifests = await Task.WhenAll(names.Select(n => TryFindAsync(n, cancellationToken)));
        return ([.. manifests.OfType<DatasetManifest>()], next);
    }

    private static WrnException Unusable(string name, string why, Exception? innerException = null) =>
        new(ErrorCatalogue.DataInvalid, $"The data set '{name}' can't be used: {why}", null, innerException);

    // One damaged manifest must not hide the others.
    private async Task<DatasetManifest?> TryFindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(name, cancellationToken);
        }
        catch (WrnException)
        {
            return null;
        }
    }
}
