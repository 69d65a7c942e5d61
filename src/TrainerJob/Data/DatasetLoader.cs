using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Storage;

namespace WrnCloud.TrainerJob.Data;

/// <summary>Fetches a job's data set and checks it against the hash that the job was accepted with.</summary>
public sealed class DatasetLoader(DatasetCatalog catalog, BlobStore blobs)
{
    /// <summary>Both splits and the training split's statistics.</summary>
    /// <exception cref="WrnException">The data set is gone, has changed, or breaks its format.</exception>
    public async Task<(IImageSet Train, IImageSet Test, ChannelStatistics Statistics)> LoadAsync(ResolvedTraining training, CancellationToken cancellationToken)
    {
        var manifest = await catalog.FindAsync(training.Dataset, cancellationToken)
            ?? throw new WrnException(ErrorCatalogue.DatasetUnknown, $"The data set '{training.Dataset}' is gone.");
        if (manifest.DatasetHash != training.DatasetHash)
            throw new WrnException(ErrorCatalogue.DataInvalid, $"The data set '{training.Dataset}' has the hash {manifest.DatasetHash}, the job was accepted with {training.DatasetHash}.");
        var files = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var file in manifest.Files)
        {
            if (file.Length > DatasetManifest.MaxFileBytes)
                throw new WrnException(ErrorCatalogue.DataInvalid, $"{file.Name} has {file.Length:N0} bytes, more than the {DatasetManifest.MaxFileBytes:N0} that are read.");
            var blob = await blobs.ReadAsync(DatasetCatalog.FileName(manifest.Name, file.Name), cancellationToken, DatasetManifest.MaxFileBytes);
            if (blob is not null) files[file.Name] = blob.Bytes;
        }

        try
        {
            return (DatasetReader.Read(manifest, DatasetSplit.Train, files), DatasetReader.Read(manifest, DatasetSplit.Test, files), manifest.Statistics);
        }
        catch (DatasetException e)
        {
            throw new WrnException(ErrorCatalogue.DataInvalid, e.Message, null, e);
        }
    }
}
