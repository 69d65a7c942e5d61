using WrnCloud.Datasets;

namespace WrnCloud.Weights;

/// <summary>A set of pretrained weights that training may start from.</summary>
public sealed record WeightsManifest
{
    /// <summary>What requests call it; one segment of a blob's name.</summary>
    public required string Name { get; init; }

    /// <summary>The network, by its canonical name.</summary>
    public required string Network { get; init; }

    /// <summary>What the pixels are normalised with, RGB on the scale 0 to 1: it belongs to the weights, whatever they are trained on next.</summary>
    public required ChannelStatistics Normalisation { get; init; }

    /// <summary>SHA-256 (lower-case hex) of the file that holds the weights.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Where the weights are from.</summary>
    public required string Source { get; init; }

    /// <summary>The licence that they come under.</summary>
    public required string Licence { get; init; }
}
