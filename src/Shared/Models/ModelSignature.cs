using WrnCloud.Evaluation;

namespace WrnCloud.Models;

/// <summary>What an exported model takes and gives, <c>signature.json</c>.</summary>
/// <param name="Inputs">One input: pictures.</param>
/// <param name="Outputs">Probabilities, and a distance where the version has one.</param>
/// <param name="Classes">Class names by index of the output.</param>
public sealed record ModelSignature(IReadOnlyList<TensorSignature> Inputs, IReadOnlyList<TensorSignature> Outputs, IReadOnlyList<string> Classes)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "signature.json";

    /// <summary>How a picture becomes the input; null in versions from before it was written down.</summary>
    public PicturePreprocessing? Preprocessing { get; init; }

    /// <summary>What the graph divides the logits by; null in older versions, which divide by nothing.</summary>
    public double? Temperature { get; init; }

    /// <summary>
    /// The most probable class is the decision from this probability on, and below it "unsure"; null where there is no such threshold.
    /// </summary>
    public double? UnsureBelow { get; init; }

    /// <summary>Thresholds for several precisions, chosen on the validation pictures; null where there were none.</summary>
    public IReadOnlyList<ConfidenceThreshold>? Thresholds { get; init; }

    /// <summary>
    /// Distances of the validation pictures: the least, that which a hundredth does not reach, and so on up to the greatest;
    /// null where the model gives no distance.
    /// </summary>
    public IReadOnlyList<double>? DistanceQuantiles { get; init; }
}
