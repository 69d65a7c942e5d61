namespace WrnCloud.Uploads;

/// <summary>A create-only URL for one file: PUT the bytes with <c>x-ms-blob-type: BlockBlob</c> and <c>If-None-Match: *</c>.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Url">The URL carries the permission: don't share it.</param>
public sealed record UploadTarget(string Name, Uri Url);
