using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using WrnCloud.Batches;
using WrnCloud.Errors;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>Downloads an input to a temporary file that is deleted when it is closed.</summary>
public sealed class BatchInputs(BlobStore blobs)
{
    /// <summary>The input as it was at the event, checked against the declaration of its upload.</summary>
    /// <exception cref="WrnException">It was deleted, has changed, is too large, or differs from its declaration.</exception>
    public async Task<BatchInput> OpenAsync(BatchMessage message, CancellationToken cancellationToken)
    {
        var ticket = await blobs.ReadJsonAsync<BatchTicket>(BatchNames.Ticket(BatchNames.IdOf(message.Input, message.ETag)), cancellationToken);
        var declared = ticket?.Input == message.Input.Path ? ticket : null;
        var blob = blobs.Client.GetBlobContainerClient(Containers.BatchInput).GetBlobClient(message.Input.Path);
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            1 << 16,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        try
        {
            var options = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = new ETag($"\"{message.ETag}\"") } };
            var response = await blob.DownloadStreamingAsync(options, cancellationToken);
            await using var content = response.Value.Content;
            var length = response.Value.Details.ContentLength;
            if (length > BatchLimits.MaxInputBytes)
                throw new WrnException(ErrorCatalogue.ArchiveInvalid, $"The input has {length:N0} bytes, more than {BatchLimits.MaxInputBytes:N0}.");
            if (declared?.Length is { } expected && expected != length)
                throw new WrnException(ErrorCatalogue.UploadMismatch, $"The upload has {length:N0} bytes; {expected:N0} were declared.");
            await content.CopyToAsync(file, cancellationToken);
            file.Position = 0;
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
            if (declared?.Sha256 is { } sha256 && sha256 != hash)
                throw new WrnException(ErrorCatalogue.UploadMismatch, $"The upload's SHA-256 is {hash}; {sha256} was declared.");
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
