using System.Text.Json;
using WrnCloud.Hosting;

namespace WrnCloud.Storage;

/// <summary>JSON documents in the store.</summary>
public static class JsonBlobs
{
    private const string ContentType = "application/json";

    /// <summary>Reads a document, or null when there is none.</summary>
    public static async Task<T?> ReadJsonAsync<T>(this BlobStore store, BlobName name, CancellationToken cancellationToken)
        where T : class =>
        await store.ReadAsync(name, cancellationToken) is { } blob ? Parse<T>(name, blob) : null;

    /// <summary>Reads a document with its blob, for a conditional write; null when there is none.</summary>
    public static async Task<(T Value, StoredBlob Blob)?> ReadJsonWithTagAsync<T>(
        this BlobStore store, BlobName name, CancellationToken cancellationToken)
        where T : class =>
        await store.ReadAsync(name, cancellationToken) is { } blob ? (Parse<T>(name, blob), blob) : null;

    /// <summary>Creates a document; false when another writer has already created it.</summary>
    public static Task<bool> TryCreateJsonAsync<T>(this BlobStore store, BlobName name, T value, CancellationToken cancellationToken) =>
        store.TryCreateAsync(name, JsonSerializer.SerializeToUtf8Bytes(value, WrnJson.Indented), ContentType, cancellationToken);

    /// <summary>Replaces a document that still has <paramref name="etag"/>; the new ETag, or null when it has changed.</summary>
    public static Task<string?> TryReplaceJsonAsync<T>(
        this BlobStore store, BlobName name, T value, string etag, CancellationToken cancellationToken) =>
        store.TryReplaceAsync(name, JsonSerializer.SerializeToUtf8Bytes(value, WrnJson.Indented), ContentType, etag, cancellationToken);

    private static T Parse<T>(BlobName name, StoredBlob blob)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(blob.Bytes.Span, WrnJson.Compact) ?? throw new InvalidDataException($"{name} holds null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{name} is not a {typeof(T).Name}: {e.Message}", e);
        }
    }
}
