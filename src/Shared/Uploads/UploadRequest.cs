using WrnCloud.Models;

namespace WrnCloud.Uploads;

/// <summary>Body of POST /uploads.</summary>
/// <param name="Kind">What is uploaded.</param>
/// <param name="Name">The model that classifies (batch), or the data set's name.</param>
/// <param name="Files">The files; exactly one for a batch.</param>
public sealed record UploadRequest(UploadKind? Kind, string? Name, IReadOnlyList<ArtifactFile>? Files);
