namespace WrnCloud.Storage;

/// <summary>A small blob as read in one response, with what a conditional write needs.</summary>
/// <param name="Bytes">The content.</param>
/// <param name="ETag">Pass it to <see cref="BlobStore.TryReplaceAsync"/>.</param>
/// <param name="Age">The response's Date minus its Last-Modified: the store's own clock on both sides.</param>
/// <param name="WriteId">The writer's mark, empty when the blob has none.</param>
public sealed record StoredBlob(ReadOnlyMemory<byte> Bytes, string ETag, TimeSpan Age, string WriteId);
