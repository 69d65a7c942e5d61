using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using WrnCloud.Batches;
using WrnCloud.Errors;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>Fetches an input to a temporary file that vanishes when it is closed.</summary>
public sealed class BatchInputs(BlobStore blobs)
{
    /// <summary>The input as it was at the event.</summary>
    /// <exception cref="WrnException">It is gone, has changed, or is too large.</exception>
    public async Task<BatchInput> OpenAsync(BatchMessage message, CancellationToken cancellationToken)
    {
        var blob = blobs.Client.GetBlobContainerClient(Containers.BatchInput).GetBlobClient(message.Input.Path);
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        try
        {
            var options = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = new ETag($"\"{message.ETag}\"") } };
            var response = await blob.DownloadStreamingAsync(options, cancellationToken);
            await using var content = response.Value.Content;
            if (response.Value.Details.ContentLength > BatchLimits.MaxInputBytes)
                throw new WrnException(ErrorCatalogue.ArchiveInvalid, $"The input has {response.Value.Details.ContentLength:N0} bytes, more than {BatchLimits.MaxInputBytes:N0}.");
            await content.CopyToAsync(file, cancellationToken);
            file.Position = 0;
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
            return BatchInput.Open(file, message.Input.Path.Split('/')[^1], hash);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            await file.DisposeAsync();
            throw new WrnException(ErrorCatalogue.ArchiveInvalid, "The input was removed or replaced after the batch began.", null, e);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
