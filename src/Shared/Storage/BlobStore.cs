using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using WrnCloud.Hosting;

namespace WrnCloud.Storage;

/// <summary>
/// The only access to the data account. Each deciding write is one Put Blob, create-only or conditional on an ETag, with a fresh write id in
/// its metadata. After a conflict the blob is read back, and the writer's own id means success: the client retries by itself, and the reply
/// to the first try can be lost.
/// </summary>
public sealed class BlobStore(BlobServiceClient client, IIdSource ids)
{
    private const string WriteIdKey = "writeid";

    /// <summary>The client, for blobs that this class does not write: upload URLs and input archives.</summary>
    public BlobServiceClient Client { get; } = client;

    /// <summary>Creates missing containers; in Azure the infrastructure creates them.</summary>
    public async Task EnsureContainersAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Containers.All)
            await Client.GetBlobContainerClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
    }

    /// <summary>Reads a whole blob, or null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is larger than <paramref name="maxBytes"/>.</exception>
    public async Task<StoredBlob?> ReadAsync(BlobName name, CancellationToken cancellationToken, long maxBytes = 512L << 20)
    {
        try
        {
            var response = await Blob(name).DownloadStreamingAsync(cancellationToken: cancellationToken);
            var details = response.Value.Details;
            await using var content = response.Value.Content;
            if (details.ContentLength > maxBytes)
                throw new InvalidDataException($"{name} has {details.ContentLength} bytes, more than the limit of {maxBytes}.");
            var bytes = new byte[details.ContentLength];
            await content.ReadExactlyAsync(bytes, cancellationToken);
            var date = response.GetRawResponse().Headers.Date ?? details.LastModified;
            return new StoredBlob(
                bytes, details.ETag.ToString(), date - details.LastModified, details.Metadata.TryGetValue(WriteIdKey, out var id) ? id : "");
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>A seekless stream over a blob of any size, or null when there is none.</summary>
    public async Task<(Stream Content, long Length, string ContentType)?> OpenReadAsync(BlobName name, CancellationToken cancellationToken)
    {
        try
        {
            var response = await Blob(name).DownloadStreamingAsync(cancellationToken: cancellationToken);
            return (response.Value.Content, response.Value.Details.ContentLength, response.Value.Details.ContentType);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Creates a blob; false when another writer has already created it.</summary>
    public async Task<bool> TryCreateAsync(BlobName name, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken) =>
        await TryPutAsync(name, content, contentType, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken) is not null;

    /// <summary>Replaces a blob that still has <paramref name="etag"/>; the new ETag, or null when it has changed.</summary>
    public Task<string?> TryReplaceAsync(
        BlobName name, ReadOnlyMemory<byte> content, string contentType, string etag, CancellationToken cancellationToken) =>
        TryPutAsync(name, content, contentType, new BlobRequestConditions { IfMatch = new ETag(etag) }, cancellationToken);

    /// <summary>Creates a blob from a stream of any size; an existing blob is left unchanged.</summary>
    public async Task<bool> TryUploadAsync(BlobName name, Stream content, string contentType, CancellationToken cancellationToken)
    {
        try
        {
            await Blob(name).UploadAsync(
                content, Options(contentType, new BlobRequestConditions { IfNoneMatch = ETag.All }, ids.NewWriteId()), cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    /// <summary>Whether the blob exists.</summary>
    public async Task<bool> ExistsAsync(BlobName name, CancellationToken cancellationToken) => await Blob(name).ExistsAsync(cancellationToken);

    /// <summary>A blob's length in bytes; null when there is none.</summary>
    public async Task<long?> LengthAsync(BlobName name, CancellationToken cancellationToken)
    {
        try
        {
            return (await Blob(name).GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ContentLength;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Deletes a blob; no error when there is none.</summary>
    public Task DeleteAsync(BlobName name, CancellationToken cancellationToken) =>
        Blob(name).DeleteIfExistsAsync(cancellationToken: cancellationToken);

    /// <summary>
    /// Appends a block if the blob is <paramref name="position"/> bytes long, otherwise nothing. Returns the blob's length afterwards either way.
    /// </summary>
    public async Task<long> AppendAsync(BlobName name, long position, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        var blob = Client.GetBlobContainerClient(name.Container).GetAppendBlobClient(name.Path);
        using var stream = new MemoryStream(block.ToArray(), writable: false);
        try
        {
            if (position == 0) await blob.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            var options = new AppendBlobAppendBlockOptions { Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = position } };
            await blob.AppendBlockAsync(stream, options, cancellationToken);
            return position + block.Length;
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            return (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ContentLength;
        }
    }

    /// <summary>Names below a prefix in ordinal order, each relative to the container.</summary>
    public async IAsyncEnumerable<string> ListAsync(string container, string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new GetBlobsOptions { Prefix = prefix };
        await foreach (var item in Client.GetBlobContainerClient(container).GetBlobsAsync(options, cancellationToken)) yield return item.Name;
    }

    /// <summary>One page of the folders directly below a prefix, in ordinal order, with the token of the next page.</summary>
    public async Task<(IReadOnlyList<string> Folders, string? Next)> ListFoldersAsync(
        string container, string? prefix, string? continuation, int count, CancellationToken cancellationToken)
    {
        var options = new GetBlobsByHierarchyOptions { Prefix = prefix, Delimiter = "/" };
        var pages = Client.GetBlobContainerClient(container).GetBlobsByHierarchyAsync(options, cancellationToken).AsPages(continuation, count);
        await foreach (var page in pages)
        {
            var folders = page.Values.Where(v => v.IsPrefix).Select(v => v.Prefix[(prefix?.Length ?? 0)..^1]).ToList();
            return (folders, string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
        }

        return ([], null);
    }

    private async Task<string?> TryPutAsync(
        BlobName name, ReadOnlyMemory<byte> content, string contentType, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        var writeId = ids.NewWriteId();
        try
        {
            var info = await Blob(name).UploadAsync(new BinaryData(content), Options(contentType, conditions, writeId), cancellationToken);
            return info.Value.ETag.ToString();
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return await OwnWriteAsync(name, writeId, cancellationToken);
        }
    }

    private async Task<string?> OwnWriteAsync(BlobName name, string writeId, CancellationToken cancellationToken)
    {
        try
        {
            var properties = (await Blob(name).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return properties.Metadata.TryGetValue(WriteIdKey, out var id) && id == writeId ? properties.ETag.ToString() : null;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    // One Put Blob whatever the size, so that a write is atomic and leaves no uncommitted blocks.
    private static BlobUploadOptions Options(string contentType, BlobRequestConditions conditions, string writeId) => new()
    {
        Conditions = conditions,
        HttpHeaders = new BlobHttpHeaders { ContentType = contentType },
        Metadata = new Dictionary<string, string> { [WriteIdKey] = writeId },
        TransferOptions = new Azure.Storage.StorageTransferOptions { InitialTransferSize = 256L << 20, MaximumTransferSize = 64L << 20 },
    };

    private BlobClient Blob(BlobName name) => Client.GetBlobContainerClient(name.Container).GetBlobClient(name.Path);
}
