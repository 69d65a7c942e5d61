namespace WrnCloud.Storage;

/// <summary>A small blob, read in one response, with the tags for a conditional write.</summary>
/// <param name="Bytes">The content.</param>
/// <param name="ETag">Pass it to <see cref="BlobStore.TryReplaceAsync"/>.</param>
/// <param name="Age">The response's Date minus its Last-Modified: the store's own clock on both sides.</param>
/// <param name="WriteId">The id of the write that stored it; empty when the blob has none.</param>
public sealed record StoredBlob(ReadOnlyMemory<byte> Bytes, string ETag, TimeSpan Age, string WriteId);
