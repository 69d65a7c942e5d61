using WrnCloud.Datasets;
using WrnCloud.Models;

namespace WrnCloud.Weights;

/// <summary>Body of POST /weights: imports an uploaded file as a set of weights.</summary>
public sealed record WeightsImportRequest
{
    /// <summary>The set's name. A stored set never changes.</summary>
    public string? Name { get; init; }

    /// <summary>The file, as uploaded through POST /uploads with the kind <c>weights</c> and the same name.</summary>
    public ArtifactFile? File { get; init; }

    /// <summary>The network that the weights must be for, such as <c>ResNet-50</c>; by default it is detected from their names and shapes.</summary>
    public string? Network { get; init; }

    /// <summary>
    /// Mean and standard deviation that the pixels are normalised with; default ImageNet's, 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225.
    /// </summary>
    public ChannelStatistics? Normalisation { get; init; }

    /// <summary>Side in pixels of the images that the weights were trained for: 32 to 512 in steps of 32; default 224.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Share of the scaled picture's side that the crop keeps, 0.5 to 1; default 0.875, which is 224 of 256.</summary>
    public double? Crop { get; init; }

    /// <summary>The filter that pictures were scaled with when the weights were trained; informational.</summary>
    public string? Interpolation { get; init; }

    /// <summary>Names of the classifier's classes, by index; default <c>class 0</c>, <c>class 1</c> and so on.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The licence of the weights.</summary>
    public string? Licence { get; init; }

    /// <summary>The origin of the weights, such as a URL; informational, never fetched.</summary>
    public string? Source { get; init; }

    /// <summary>The model that a set with a classifier is published as; default the set's name.</summary>
    public string? ServeAs { get; init; }
}
