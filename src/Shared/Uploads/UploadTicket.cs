namespace WrnCloud.Uploads;

/// <summary>Answer of POST /uploads.</summary>
/// <param name="Files">Where to put each file; empty when the same content is there already.</param>
/// <param name="ExpiresAt">When the URLs end.</param>
/// <param name="BatchId">The batch that the upload becomes.</param>
public sealed record UploadTicket(IReadOnlyList<UploadTarget> Files, DateTimeOffset ExpiresAt, string? BatchId = null);
