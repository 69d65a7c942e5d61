namespace WrnCloud.Scoring;

/// <summary>A picture in a JSON body.</summary>
public sealed record PredictRequestImage
{
    /// <summary>Its name in the answer.</summary>
    public string? Name { get; init; }

    /// <summary>A whole PNG, JPEG or WebP file, base64 in JSON.</summary>
    public byte[]? Data { get; init; }
}
