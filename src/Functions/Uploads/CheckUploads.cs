using System.Diagnostics;
using System.Security.Cryptography;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Uploads;

/// <summary>
/// Checks that the files of a data set exist with the lengths and hashes in its manifest:
/// until then it is neither listed nor trained on.
/// Results are stored beside the files, one by one, so that gigabytes are read only once, over as many requests as it takes.
/// </summary>
public sealed class CheckUploads(BlobStore blobs, DatasetCatalog datasets)
{
    private const string Verified = "verified";
    private const int AtOnce = 16;
    private const int MarkDigits = 32;

    // A request has only seconds; the next one checks the rest of a large data set.
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(20);

    /// <summary>Throws unless a data set is complete.</summary>
    /// <exception cref="WrnException">
    /// <c>upload-mismatch</c>: a file is missing or not the declared one; <c>dataset-unknown</c>: it was deleted;
    /// <c>unavailable</c>: the check takes longer.
    /// </exception>
    public async Task RequireWholeAsync(string dataset, string datasetHash, CancellationToken cancellationToken)
    {
        // A manifest never changes, so that its mark stays valid.
        if (await blobs.ExistsAsync(Mark(dataset, datasetHash), cancellationToken)) return;
        var manifest = await datasets.FindAsync(dataset, cancellationToken)
            ?? throw new WrnException(ErrorCatalogue.DatasetUnknown, $"The data set '{dataset}' has been deleted.");
        await RequireWholeAsync(manifest, cancellationToken);
    }

    /// <summary>Throws unless a data set is complete.</summary>
    /// <exception cref="WrnException">As for the other overload.</exception>
    public async Task RequireWholeAsync(DatasetManifest manifest, CancellationToken cancellationToken)
    {
        var name = manifest.Name;
        if (await blobs.ExistsAsync(Mark(name, manifest.DatasetHash), cancellationToken)) return;
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(manifest.Files, limits, async (file, ct) =>
        {
            if (await LengthAsync(file.Dataset ?? name, file.Name, ct) is not { } length) throw Mismatch(name, $"{file.Name} has not been uploaded");
            if (length != file.Length) throw Mismatch(name, $"{file.Name} has {length:N0} bytes; its manifest declares {file.Length:N0}");
        });
        var started = Stopwatch.GetTimestamp();
        foreach (var file in manifest.Files)
        {
            if (Stopwatch.GetElapsedTime(started) > LongestCheck)
                throw new WrnException(ErrorCatalogue.Unavailable, $"The files of '{name}' are still being checked.")
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
            if (await HashAsync(file.Dataset ?? name, file.Name, file.Sha256, cancellationToken) is { } found && found != file.Sha256)
                throw Mismatch(name, $"{file.Name} has the SHA-256 {found}; its manifest declares {file.Sha256}");
        }

        await MarkAsync(Mark(name, manifest.DatasetHash), cancellationToken);
    }

    /// <summary>Whether a data set is complete, as far as one request can tell.</summary>
    public async Task<bool> IsWholeAsync(DatasetManifest manifest, CancellationToken cancellationToken)
    {
        try
        {
            await RequireWholeAsync(manifest, cancellationToken);
            return true;
        }
        catch (WrnException)
        {
            return false;
        }
    }

    /// <summary>Whether a file of a data set has this length and hash; null when it does not exist.</summary>
    public async Task<bool?> IsThereAsync(string dataset, string file, long length, string sha256, CancellationToken cancellationToken) =>
        await LengthAsync(dataset, file, cancellationToken) is not { } found
            ? null
            : found == length && await HashAsync(dataset, file, sha256, cancellationToken) == sha256;

    private static BlobName Mark(string dataset, params ReadOnlySpan<string> what) =>
        BlobName.Of(Containers.Datasets, dataset).Child([Verified, .. what[..^1], what[^1][..MarkDigits]]);

    private static WrnException Mismatch(string dataset, string what) =>
        new(ErrorCatalogue.UploadMismatch, $"The data set '{dataset}' is incomplete: {what}. Push it again.");

    // The expected hash if it was verified before; else the hash of the bytes, which is stored if it is the expected one.
    private async Task<string?> HashAsync(string dataset, string file, string expected, CancellationToken cancellationToken)
    {
        var mark = Mark(dataset, file, expected);
        if (await blobs.ExistsAsync(mark, cancellationToken)) return expected;
        if (await blobs.OpenReadAsync(DatasetCatalog.FileName(dataset, file), cancellationToken) is not { } blob)
            throw Mismatch(dataset, $"{file} has been removed");
        await using var content = blob.Content;
        var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        if (found == expected) await MarkAsync(mark, cancellationToken);
        return found;
    }

    private Task<bool> MarkAsync(BlobName mark, CancellationToken cancellationToken) =>
        blobs.TryCreateAsync(mark, ReadOnlyMemory<byte>.Empty, "application/octet-stream", cancellationToken);

    private Task<long?> LengthAsync(string dataset, string file, CancellationToken cancellationToken) =>
        blobs.LengthAsync(DatasetCatalog.FileName(dataset, file), cancellationToken);
}
