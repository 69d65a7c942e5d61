namespace WrnCloud.Uploads;

/// <summary>Response of POST /uploads.</summary>
/// <param name="Files">A URL for each file; empty when the same content is already stored.</param>
/// <param name="ExpiresAt">When the URLs expire.</param>
/// <param name="BatchId">The batch that the upload becomes.</param>
public sealed record UploadTicket(IReadOnlyList<UploadTarget> Files, DateTimeOffset ExpiresAt, string? BatchId = null);
