using WrnCloud.Storage;

namespace WrnCloud.Datasets;

/// <summary>The data sets in the store. A data set is there when its manifest is: the manifest is written last and never changes.</summary>
public sealed class DatasetCatalog(BlobStore blobs)
{
    /// <summary>The manifest's file name.</summary>
    public const string ManifestFile = "manifest.json";

    /// <summary>A file of a data set.</summary>
    public static BlobName FileName(string dataset, string file) => BlobName.Of(Containers.Datasets, dataset, file);

    /// <summary>The manifest, or null when there is no such data set.</summary>
    public Task<DatasetManifest?> FindAsync(string name, CancellationToken cancellationToken) => BlobName.IsSegment(name)
        ? blobs.ReadJsonAsync<DatasetManifest>(FileName(name, ManifestFile), cancellationToken)
        : Task.FromResult<DatasetManifest?>(null);

    /// <summary>One page of the data sets, by name.</summary>
    public async Task<(IReadOnlyList<DatasetManifest> Items, string? Next)> ListAsync(string? continuation, int count, CancellationToken cancellationToken)
    {
        var (names, next) = await blobs.ListFoldersAsync(Containers.Datasets, null, continuation, count, cancellationToken);
        var manifests = await Task.WhenAll(names.Select(n => FindAsync(n, cancellationToken)));
        return ([.. manifests.OfType<DatasetManifest>()], next);
    }
}
