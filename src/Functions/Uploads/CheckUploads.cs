using System.Collections.Concurrent;
using Azure;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Uploads;

/// <summary>
/// Checks, before a data set is trained on, that each of its files is there with the length that its manifest declares. The hashes are checked by the
/// trainer, which reads every byte anyway: a data set may have gigabytes, and a request has seconds.
/// </summary>
public sealed class CheckUploads(BlobStore blobs, DatasetCatalog datasets)
{
    private const int MostRemembered = 10_000;
    private const int AtOnce = 16;

    // A data set's files are create-only: what was whole stays whole.
    private readonly ConcurrentDictionary<string, byte> _whole = new();

    /// <summary>Refuses a data set that is not whole.</summary>
    /// <exception cref="WrnException"><c>upload-mismatch</c>: a file is missing or of another length; <c>dataset-unknown</c>: it is gone.</exception>
    public async Task RequireWholeAsync(string dataset, string datasetHash, CancellationToken cancellationToken)
    {
        var identity = $"{dataset} {datasetHash}";
        if (_whole.ContainsKey(identity)) return;
        var manifest = await datasets.FindAsync(dataset, cancellationToken)
            ?? throw new WrnException(ErrorCatalogue.DatasetUnknown, $"The data set '{dataset}' is gone.");
        var container = blobs.Client.GetBlobContainerClient(Containers.Datasets);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(manifest.Files, limits, async (file, ct) =>
        {
            try
            {
                var blob = container.GetBlobClient(DatasetCatalog.FileName(dataset, file.Name).Path);
                var properties = await blob.GetPropertiesAsync(cancellationToken: ct);
                if (properties.Value.ContentLength != file.Length)
                    throw Mismatch(dataset, $"{file.Name} has {properties.Value.ContentLength:N0} bytes; its manifest declares {file.Length:N0}");
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                throw Mismatch(dataset, $"{file.Name} has not been uploaded");
            }
        });
        if (_whole.Count < MostRemembered) _whole.TryAdd(identity, 0);
    }

    private static WrnException Mismatch(string dataset, string what) =>
        new(ErrorCatalogue.UploadMismatch, $"The data set '{dataset}' is not whole: {what}. Push it again.");
}
