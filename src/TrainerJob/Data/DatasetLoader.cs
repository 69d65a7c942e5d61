using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Storage;

namespace WrnCloud.TrainerJob.Data;

/// <summary>Fetches a job's data set, from local disk if it was here before, and checks it against the hash that the job was accepted with.</summary>
public sealed class DatasetLoader(DatasetCatalog catalog, BlobStore blobs, DatasetCache cache)
{
    /// <summary>All splits and the training split's statistics.</summary>
    /// <param name="training">Names the data set and what is seen of its pictures.</param>
    /// <param name="cancellationToken">Ends downloading and decoding.</param>
    /// <exception cref="WrnException">The data set is gone, has changed, or breaks its format.</exception>
    public async Task<LoadedDataset> LoadAsync(ResolvedTraining training, CancellationToken cancellationToken)
    {
        var manifest = await catalog.FindAsync(training.Dataset, cancellationToken)
            ?? throw new WrnException(ErrorCatalogue.DatasetUnknown, $"The data set '{training.Dataset}' is gone.");
        if (manifest.DatasetHash != training.DatasetHash)
        {
            throw new WrnException(
                ErrorCatalogue.DataInvalid,
                $"The data set '{training.Dataset}' has the hash {manifest.DatasetHash}, the job was accepted with {training.DatasetHash}.");
        }

        if (manifest.Files.FirstOrDefault(f => f.Length > DatasetManifest.MaxFileBytes) is { } large)
        {
            throw new WrnException(
                ErrorCatalogue.DataInvalid,
                $"{large.Name} has {large.Length:N0} bytes, more than the {DatasetManifest.MaxFileBytes:N0} that are read.");
        }

        try
        {
            return await cache.LoadAsync(
                manifest, training.View, training.TrainingView, (file, cancel) => DownloadAsync(manifest, file, cancel), cancellationToken);
        }
        catch (DatasetException e)
        {
            throw new WrnException(ErrorCatalogue.DataInvalid, e.Message, null, e);
        }
    }

    /// <summary>
    /// The files of some test pictures as they were pushed, by their position in the split; those that are not at hand are left out.
    /// </summary>
    /// <param name="training">Names the data set.</param>
    /// <param name="positions">Which.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyDictionary<int, byte[]>> ReadTestPicturesAsync(
        ResolvedTraining training, IReadOnlyCollection<int> positions, CancellationToken cancellationToken)
    {
        var manifest = await catalog.FindAsync(training.Dataset, cancellationToken);
        return manifest?.DatasetHash == training.DatasetHash
            ? await cache.ReadTestPicturesAsync(manifest, positions, cancellationToken)
            : new Dictionary<int, byte[]>();
    }

    private async Task<Stream> DownloadAsync(DatasetManifest manifest, DatasetFile file, CancellationToken cancellationToken) =>
        await blobs.OpenReadAsync(DatasetCatalog.FileName(manifest, file), cancellationToken) is { } blob
            ? blob.Content
            : throw new DatasetException(file.Name, 0, "The file is missing.");
}
