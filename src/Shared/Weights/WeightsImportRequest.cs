using WrnCloud.Datasets;
using WrnCloud.Models;

namespace WrnCloud.Weights;

/// <summary>Body of POST /weights: a file that was uploaded becomes a set of weights.</summary>
public sealed record WeightsImportRequest
{
    /// <summary>The set's name from now on. What is stored never changes.</summary>
    public string? Name { get; init; }

    /// <summary>The file, as it was uploaded by POST /uploads of the kind <c>weights</c> under the same name.</summary>
    public ArtifactFile? File { get; init; }

    /// <summary>The network that the weights have to be of, such as <c>ResNet-50</c>; by default it is told from their names and shapes.</summary>
    public string? Network { get; init; }

    /// <summary>
    /// Mean and standard deviation that the pixels are normalised with; default ImageNet's, 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225.
    /// </summary>
    public ChannelStatistics? Normalisation { get; init; }

    /// <summary>Side in pixels of the images that the weights were made for: 32 to 512 in steps of 32; default 224.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Share of the scaled picture's side that the network sees, 0.5 to 1; default 0.875, which is 224 of 256.</summary>
    public double? Crop { get; init; }

    /// <summary>The filter that pictures were scaled with where the weights were trained; for the record.</summary>
    public string? Interpolation { get; init; }

    /// <summary>Names of the classifier's classes, by index; default <c>class 0</c>, <c>class 1</c> and so on.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The licence that the weights come under.</summary>
    public string? Licence { get; init; }

    /// <summary>Where the weights are from, such as a URL; for the record, never fetched.</summary>
    public string? Source { get; init; }

    /// <summary>The model that a set with a classifier is published as; default the set's name.</summary>
    public string? ServeAs { get; init; }
}
