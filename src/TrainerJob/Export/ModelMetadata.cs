using WrnCloud.Evaluation;
using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Export;

/// <summary>An exported model's <c>metadata_props</c>, beside the network's name under <c>network</c>.</summary>
/// <param name="Classes">Class names by index; a JSON array under <c>classes</c>.</param>
/// <param name="Dataset">Name of the training set, under <c>dataset</c>.</param>
/// <param name="DatasetHash">Hash of the training set's file list, under <c>dataset_hash</c>.</param>
/// <param name="Recipe">Name of the recipe, under <c>recipe</c>.</param>
/// <param name="Top1">Share of the test set that is classified rightly, 0 to 1, under <c>top1</c>; null where nothing was measured.</param>
/// <param name="Precision">
/// What the network was trained in, under <c>precision</c>: <c>fp32</c> or <c>bf16</c>. The exported model computes in float32.
/// </param>
public sealed record ModelMetadata(
    IReadOnlyList<string> Classes, string Dataset, string DatasetHash, string Recipe, double? Top1, Precision Precision)
{
    /// <summary>
    /// Side in pixels that pictures are scaled to before their middle is cut out, under <c>resize</c>; null where the whole middle square is seen.
    /// </summary>
    public int? Resize { get; init; }

    /// <summary>Divides the logits before the softmax; under <c>temperature</c> where it is not 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// The thresholds below which an answer is unsure; that of the default precision under <c>unsure_below</c>, where it can be reached.
    /// </summary>
    public IReadOnlyList<ConfidenceThreshold>? Thresholds { get; init; }

    /// <summary>Distances to what was trained on, which the model gives beside the probabilities; null where it gives none.</summary>
    public FeatureDistance? Distance { get; init; }

    /// <summary>The validation pictures' distances in hundredths, under <c>distance_quantiles</c>; with <see cref="Distance"/>.</summary>
    public IReadOnlyList<double>? DistanceQuantiles { get; init; }

    /// <summary>The threshold that decisions go by; null where there is none.</summary>
    public double? UnsureBelow => Thresholds?.FirstOrDefault(t => t.Precision == ConfidenceThreshold.DefaultPrecision)?.UnsureBelow;
}
