namespace WrnCloud.Scoring;

/// <summary>Body of predict as JSON.</summary>
public sealed record PredictRequest
{
    /// <summary>1 to 64 pictures.</summary>
    public IReadOnlyList<PredictRequestImage>? Images { get; init; }
}
