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
    private const int TopCount = 5;
    private readonly BatchAssembler _batches = new(images, preprocessor);

    // As many pixels as 250 images of 32×32 have: what a batch takes in memory goes by them.
    private readonly int _batchSize = Math.Clamp(
        MostImages * NetworkSpec.CifarImageSize * NetworkSpec.CifarImageSize / (images.Size * images.Size), FewestImages, MostImages);

    /// <summary>Evaluates in running-statistics mode with the convolutions in the given type; leaves the network in the mode in which it was.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled between two batches.</exception>
    public EvaluationResult Evaluate(ImageClassifier network, ScalarType type, Device device, CancellationToken cancel)
    {
        var classes = images.Classes.Count;
        var confusion = new int[classes * classes];
        double loss = 0;
        int top1 = 0, top5 = 0;
        foreach (var (positions, logits) in Logits(network, type, device, cancel))
        {
            for (var i = 0; i < positions.Length; i++)
            {
                var row = logits.AsSpan(i * classes, classes);
                int label = images.Label(positions[i]), predicted = 0, above = 0;
                double highest = double.NegativeInfinity, sum = 0;
                for (var c = 0; c < classes; c++)
                {
                    if (row[c] > row[label]) above++;
                    if (row[c] <= highest) continue;
                    highest = row[c];
                    predicted = c;
                }

                foreach (var logit in row) sum += Math.Exp(logit - highest);
                loss += Math.Log(sum) + highest - row[label];
                if (predicted == label) top1++;
                if (above < TopCount) top5++;
                confusion[(label * classes) + predicted]++;
            }
        }

        double count = images.Count;
        return new EvaluationResult(loss / count, top1 / count, top5 / count, confusion);
    }

    private IEnumerable<(int[] Positions, float[] Logits)> Logits(ImageClassifier network, ScalarType type, Device device, CancellationToken cancel)
    {
        var training = network.training;
        network.eval();
        try
        {
            for (var start = 0; start < images.Count; start += _batchSize)
            {
                cancel.ThrowIfCancellationRequested();
                var positions = Enumerable.Range(start, Math.Min(_batchSize, images.Count - start)).ToArray();
                yield return (positions, Forward(network, type, device, positions));
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
