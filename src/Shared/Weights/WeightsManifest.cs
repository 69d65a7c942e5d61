using System.Text.Json.Serialization;
using WrnCloud.Datasets;
using WrnCloud.Images;
using WrnCloud.Models;

namespace WrnCloud.Weights;

/// <summary>
/// A set of pretrained weights that training can start from. An imported one is stored at <c>weights/{name}/manifest.json</c>, written after the
/// weights and never changed: without it the set does not exist.
/// </summary>
public sealed record WeightsManifest
{
    /// <summary>The manifest's own file name.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Its name in requests; one segment of a blob's name.</summary>
    public required string Name { get; init; }

    /// <summary>The network, by its canonical name.</summary>
    public required string Network { get; init; }

    /// <summary>Statistics that normalise the pixels, RGB on the scale 0 to 1; the weights keep them, whatever they are trained on next.</summary>
    public required ChannelStatistics Normalisation { get; init; }

    /// <summary>SHA-256 (lower-case hex) of the file that holds the weights.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The origin of the weights.</summary>
    public required string Source { get; init; }

    /// <summary>The licence of the weights.</summary>
    public required string Licence { get; init; }

    /// <summary>Class names of the included classifier, by index; null without one.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Side in pixels of the images that they were trained for; null for the network's default.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Side in pixels that pictures are scaled to before their middle is cut out; null for the recipe's.</summary>
    public int? Resize { get; init; }

    /// <summary>
    /// The filter that pictures were scaled with when the weights were trained. Informational: this project always scales with the same filter.
    /// </summary>
    public string? Interpolation { get; init; }

    /// <summary>
    /// True when batch normalisation was folded into the convolutions before the export: the network computes the same but can't be trained further;
    /// only a classifier on its features can be fitted.
    /// </summary>
    public bool? Folded { get; init; }

    /// <summary>The imported file: name, length and hash; null for a built-in set.</summary>
    public ArtifactFile? File { get; init; }

    /// <summary>The import's identity, <see cref="WeightsImport.Hash"/>; null for a built-in set.</summary>
    public string? ImportHash { get; init; }

    /// <summary>The job that imported them.</summary>
    public string? JobId { get; init; }

    /// <summary>When; null for a built-in set.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The model that serves them, as <c>NAME@VERSION</c>; null without a classifier.</summary>
    public string? ServedAs { get; init; }

    /// <summary>The resize and crop that they were trained for; null for the recipe's.</summary>
    [JsonIgnore]
    public ImageView? View => ImageSize is { } size && Resize is { } resize ? new ImageView(resize, size) : null;
}
