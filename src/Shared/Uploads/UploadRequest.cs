using WrnCloud.Models;

namespace WrnCloud.Uploads;

/// <summary>Body of POST /uploads.</summary>
public sealed record UploadRequest
{
    /// <summary>The kind of upload.</summary>
    public UploadKind? Kind { get; init; }

    /// <summary>The model that classifies (batch), or the name of the data set or of the set of weights.</summary>
    public string? Name { get; init; }

    /// <summary>The files; exactly one for a batch and for weights.</summary>
    public IReadOnlyList<ArtifactFile>? Files { get; init; }
}
