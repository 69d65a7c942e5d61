using Microsoft.ML.Data;

namespace WrnCloud.MlNetPeer;

/// <summary>What the pretrained network sees of a picture, and the picture's class.</summary>
internal sealed class FeatureRow
{
    /// <summary>Features of a picture.</summary>
    public const int Length = 512;

    [VectorType(Length)]
    public float[] Features { get; set; } = [];

    public string Class { get; set; } = "";
}
