using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.Evaluation;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>Runs the network over a labelled set.</summary>
internal sealed class Evaluator(IImageSet images, Preprocessor preprocessor)
{
    private const int MostImages = 250;
    private const int FewestImages = 16;
    private readonly BatchAssembler _batches = new(images, preprocessor);

    // As many pixels as 250 images of 32×32 have: what a batch takes in memory goes by them.
    private readonly int _batchSize = Math.Clamp(
        MostImages * NetworkSpec.CifarImageSize * NetworkSpec.CifarImageSize / (images.Size * images.Size), FewestImages, MostImages);

    /// <summary>
    /// Evaluates in running-statistics mode with the convolutions in the given type; leaves the network in the mode in which it was.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled between two batches.</exception>
    public EvaluationResult Evaluate(ImageClassifier network, ScalarType type, Device device, CancellationToken cancel)
    {
        var logits = new float[images.Count * images.Classes.Count];
        var dimension = (int)network.Classifier.Weight.shape[1];
        var features = new float[Math.Min(images.Count, ImageFeatures.MostImages) * dimension];
        var (filled, kept) = (0, 0);
        foreach (var batch in Look(network, type, device, cancel))
        {
            batch.Logits.CopyTo(logits, filled);
            filled += batch.Logits.Length;
            var part = batch.Features.AsSpan(0, Math.Min(batch.Features.Length, features.Length - kept));
            part.CopyTo(features.AsSpan(kept));
            kept += part.Length;
        }

        var labels = new long[images.Count];
        for (var i = 0; i < labels.Length; i++) labels[i] = images.Label(i);
        var isReference = type == ScalarType.Float32 && device.type == TorchSharp.DeviceType.CPU;
        var result = EvaluationResult.Of(logits, labels, images.Classes.Count);
        var seen = new ImageFeatures(features, [.. result.Labels.Take(features.Length / dimension)], dimension);
        return result with { Features = seen, IsReference = isReference };
    }

    private IEnumerable<(float[] Features, float[] Logits)> Look(ImageClassifier network, ScalarType type, Device device, CancellationToken cancel)
    {
        var training = network.training;
        network.eval();
        try
        {
            for (var start = 0; start < images.Count; start += _batchSize)
            {
                cancel.ThrowIfCancellationRequested();
                var positions = Enumerable.Range(start, Math.Min(_batchSize, images.Count - start)).ToArray();
                yield return Forward(network, type, device, positions);
            }
        }
        finally
        {
            network.train(training);
        }
    }

    private (float[] Features, float[] Logits) Forward(ImageClassifier network, ScalarType type, Device device, int[] positions)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var batch = _batches.Images(positions, Augmentation.None, 0, 0).to(type, device);
        var features = network.Features(batch);
        return (features.cpu().data<float>().ToArray(), network.Classifier.call(features).cpu().data<float>().ToArray());
    }
}
