using WrnCloud.Evaluation;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Export;

/// <summary>
/// Distances to what a network was trained on: class means of its training images' features, and how far its validation images are from them.
/// </summary>
/// <param name="Distance">What the export computes.</param>
/// <param name="Quantiles">Of the validation images' distances.</param>
internal sealed record TrainedDistance(FeatureDistance Distance, IReadOnlyList<double> Quantiles)
{
    private const int Seed = 20160523;

    // A few seconds on two cores. By the network's operations and not by a clock, so that equal runs publish equal models.
    private const long MostOperations = 500_000_000_000;
    private const int FewestOfClass = 4;
    private const int Fewest = 128;

    /// <summary>The distances; null without validation images, as nothing would say then what is far.</summary>
    /// <param name="model">What was trained.</param>
    /// <param name="crossValidated">Whether its features are none that were fitted to the training images.</param>
    public static TrainedDistance? Of(TrainedModel model, bool crossValidated)
    {
        if (model.Completed.Validation is not { } validation || (validation.Features is null && !crossValidated)) return null;
        var trained = model.Completed.Trained ?? Look(model);
        if (FeatureDistance.Fit(trained) is not { } distance) return null;
        var quantiles = FeatureDistance.Quantiles(validation.Features is { } seen ? distance.Of(seen) : distance.OfFitted(trained));
        return quantiles.Count == 0 ? null : new TrainedDistance(distance, quantiles);
    }

    private static ImageFeatures Look(TrainedModel model)
    {
        var (network, images) = (model.Network, model.Plan.TrainEvaluated);
        var classes = images.Classes.Count;
        var wanted = Math.Clamp(
            MostOperations / network.Spec.MultiplyAccumulates(classes),
            Math.Min(Fewest + (FewestOfClass * classes), ImageFeatures.MostImages),
            ImageFeatures.MostImages);
        var positions = EpochOrder.Shuffle(images.Count, Seed, 0)[..(int)Math.Min(wanted, images.Count)];
        var values = new List<float>();
        network.eval();
        using var extractor = new FeatureExtractor(network, images, model.Plan.Preprocessor, ScalarType.Float32);
        foreach (var batch in positions.Chunk(FeatureExtractor.BatchSizeOf(images.Size)))
        {
            using var scope = NewDisposeScope();
            values.AddRange(extractor.Extract(batch).data<float>().ToArray());
        }

        return new ImageFeatures(values.ToArray(), [.. positions.Select(images.Label)], values.Count / positions.Length);
    }
}
