using WrnCloud.Architecture;
using WrnCloud.Datasets;
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

    /// <summary>Evaluates in running-statistics mode with the convolutions in the given type; leaves the network in the mode in which it was.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled between two batches.</exception>
    public EvaluationResult Evaluate(ImageClassifier network, ScalarType type, Device device, CancellationToken cancel)
    {
        var logits = new float[images.Count * images.Classes.Count];
        var filled = 0;
        foreach (var batch in Logits(network, type, device, cancel))
        {
            batch.CopyTo(logits, filled);
            filled += batch.Length;
        }

        var labels = new long[images.Count];
        for (var i = 0; i < labels.Length; i++) labels[i] = images.Label(i);
        var result = EvaluationResult.Of(logits, labels, images.Classes.Count);
        return type == ScalarType.Float32 && device.type == TorchSharp.DeviceType.CPU ? result with { Logits = logits } : result;
    }

    private IEnumerable<float[]> Logits(ImageClassifier network, ScalarType type, Device device, CancellationToken cancel)
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

    private float[] Forward(ImageClassifier network, ScalarType type, Device device, int[] positions)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var batch = _batches.Images(positions, Augmentation.None, 0, 0).to(type, device);
        return network.call(batch).cpu().data<float>().ToArray();
    }
}
