using WrnCloud.Errors;
using WrnCloud.Storage;

namespace WrnCloud.Weights;

/// <summary>
/// The sets of weights: the built-in ones of every trainer, and the imported ones in the store. A set is stored at <c>weights/{name}/</c>, its
/// weights under a name made of their hash, so that a failed import leaves no conflict; files to import wait under <c>weights/uploads/</c>.
/// </summary>
public sealed class WeightsCatalog(BlobStore blobs)
{
    /// <summary>The folder of files that wait to be imported; no set may have this name.</summary>
    public const string Uploads = "uploads";

    private const int HashLength = 32;

    /// <summary>Whether the name is allowed for a set.</summary>
    public static bool IsName(string? name) => BlobName.IsSegment(name) && name != Uploads;

    /// <summary>The blob of a file to import.</summary>
    public static BlobName UploadName(string name, string sha256) => BlobName.Of(Containers.Weights, Uploads, name, sha256[..HashLength]);

    /// <summary>The blob of a set's weights.</summary>
    public static BlobName FileName(string name, string sha256) => BlobName.Of(Containers.Weights, name, $"{sha256[..HashLength]}.safetensors");

    /// <summary>The set, built in or imported, or null when there is none.</summary>
    public async Task<WeightsManifest?> FindAsync(string? name, CancellationToken cancellationToken)
    {
        if (BuiltInWeights.Find(name) is { } builtIn) return builtIn;
        return IsName(name) ? await blobs.ReadJsonAsync<WeightsManifest>(ManifestName(name!), cancellationToken) : null;
    }

    /// <summary>One page of the sets, by name; on the first one the built-in sets come first.</summary>
    public async Task<(IReadOnlyList<WeightsManifest> Items, string? Next)> ListAsync(
        string? continuation, int count, CancellationToken cancellationToken)
    {
        var (names, next) = await blobs.ListFoldersAsync(Containers.Weights, null, continuation, count, cancellationToken);
        var imported = await Task.WhenAll(names.Where(IsName).Select(n => blobs.ReadJsonAsync<WeightsManifest>(ManifestName(n), cancellationToken)));
        return ([.. continuation is null ? BuiltInWeights.All : [], .. imported.OfType<WeightsManifest>()], next);
    }

    /// <summary>Writes the manifest unless there is one; returns the stored one.</summary>
    public async Task<WeightsManifest> PublishAsync(WeightsManifest manifest, CancellationToken cancellationToken)
    {
        var name = ManifestName(manifest.Name);
        if (await blobs.TryCreateJsonAsync(name, manifest, cancellationToken)) return manifest;
        return await blobs.ReadJsonAsync<WeightsManifest>(name, cancellationToken) ?? manifest;
    }

    /// <summary>Deletes an imported set, its manifest first. A repeated call deletes what an earlier one left.</summary>
    /// <exception cref="WrnException"><c>weights-not-found</c>: there is no such set. <c>in-use</c>: it is built in.</exception>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (BuiltInWeights.Find(name) is not null) throw new WrnException(ErrorCatalogue.InUse, $"The weights '{name}' are built in.");
        if (!IsName(name)) throw NotFound(name);
        await blobs.DeleteAsync(ManifestName(name), cancellationToken);
        var found = false;
        await foreach (var path in blobs.ListAsync(Containers.Weights, $"{name}/", cancellationToken))
        {
            found = true;
            await blobs.DeleteAsync(BlobName.Of(Containers.Weights, path.Split('/')), cancellationToken);
        }

        if (!found) throw NotFound(name);
    }

    /// <summary>The error for a set that does not exist.</summary>
    public static WrnException NotFound(string name) => new(ErrorCatalogue.WeightsNotFound, $"There are no weights '{name}'.");

    private static BlobName ManifestName(string name) => BlobName.Of(Containers.Weights, name, WeightsManifest.FileName);
}
