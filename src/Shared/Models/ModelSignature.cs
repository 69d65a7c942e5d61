using WrnCloud.Evaluation;

namespace WrnCloud.Models;

/// <summary>An exported model's inputs and outputs, <c>signature.json</c>.</summary>
/// <param name="Inputs">One input: pictures.</param>
/// <param name="Outputs">Probabilities, and a distance where the version has one.</param>
/// <param name="Classes">Class names by index of the output.</param>
public sealed record ModelSignature(IReadOnlyList<TensorSignature> Inputs, IReadOnlyList<TensorSignature> Outputs, IReadOnlyList<string> Classes)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "signature.json";

    /// <summary>How a picture becomes the input; null in versions older than this field.</summary>
    public PicturePreprocessing? Preprocessing { get; init; }

    /// <summary>Divides the logits in the graph; null in older versions, which don't divide them.</summary>
    public double? Temperature { get; init; }

    /// <summary>
    /// The decision is the most probable class from this probability on, and "unsure" below it; null where there is no threshold.
    /// </summary>
    public double? UnsureBelow { get; init; }

    /// <summary>Thresholds for several precisions, chosen on the validation pictures; null where there were none.</summary>
    public IReadOnlyList<ConfidenceThreshold>? Thresholds { get; init; }

    /// <summary>
    /// Percentiles of the validation pictures' distances, from the least to the greatest;
    /// null where the model gives no distance.
    /// </summary>
    public IReadOnlyList<double>? DistanceQuantiles { get; init; }
}
