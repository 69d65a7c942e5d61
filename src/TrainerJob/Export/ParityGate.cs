using Microsoft.ML.OnnxRuntime;
using WrnCloud.Datasets;
using WrnCloud.Images;
using WrnCloud.Onnx;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Export;

/// <summary>
/// Runs an exported model in ONNX Runtime beside the network in float32 on the CPU: what is published computes what was trained. The whole set is
/// compared, in a seeded order; where the rate of the first batches says that this would take over <see cref="Patience"/>, a sample of it.
/// </summary>
public static class ParityGate
{
    /// <summary>Largest probability difference that passes, and the distance of the two best classes below which an image counts as a tie.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Smallest share of equal top-1 classes that passes.</summary>
    public const double MinTop1Agreement = 0.999;

    /// <summary>Images of a sample.</summary>
    public const int SampleSize = 2000;

    /// <summary>How long comparing the whole set may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private const int OrderSeed = 20160523;
    private static readonly int[] FirstBatches = [1, 2, 7, 64];

    /// <summary>The images of the batches of 1, 2, 7 and 64 together.</summary>
    public static int FirstImages => FirstBatches.Sum();

    /// <summary>Compares batches of 1, 2, 7 and then of 64 images. The network is left in evaluation mode.</summary>
    /// <param name="network">The network.</param>
    /// <param name="onnx">The model that was exported from it.</param>
    /// <param name="images">What both look at.</param>
    /// <param name="preprocessor">What is done to the images' bytes before the network.</param>
    /// <param name="clock">For the time that the whole set would take.</param>
    /// <param name="logits">The network's logits of all images in float32 on the CPU, where they are known; null to compute them.</param>
    /// <param name="temperature">What the exported model divides the logits by.</param>
    /// <exception cref="OnnxRuntimeException">The bytes are no model with this system's input and output.</exception>
    public static ParityReport Check(
        ImageClassifier network,
        byte[] onnx,
        IImageSet images,
        Preprocessor preprocessor,
        TimeProvider clock,
        ReadOnlyMemory<float>? logits = null,
        double temperature = 1)
    {
        using var onCpu = network.Device.type == TorchSharp.DeviceType.CPU ? null : network.CopyToCpu();
        var reference = onCpu ?? network;
        reference.eval();
        using var session = OnnxSessions.Load(onnx, OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        var batches = new BatchAssembler(images, preprocessor);
        var order = EpochOrder.Shuffle(images.Count, OrderSeed, 0);
        var comparison = new ParityComparison(network.ClassCount);
        var end = order.Length;
        for (int start = 0, batch = 0; start < end; batch++)
        {
            var began = clock.GetTimestamp();
            var positions = order.AsSpan(start, Math.Min(FirstBatches[Math.Min(batch, FirstBatches.Length - 1)], end - start));
            var expected = logits is { } known ? Rows(known.Span, network.ClassCount, positions) : Logits(reference, batches, positions);
            Softmax(expected, network.ClassCount, temperature);
            comparison.Add(expected, Actual(session, images, positions), Labels(images, positions));
            start += positions.Length;

            // By the first full batch: the smaller ones before it are slower by the image, and have warmed up both sides.
            if (batch == FirstBatches.Length - 1 && clock.GetElapsedTime(began) / positions.Length * order.Length > Patience)
                end = Math.Min(end, Math.Max(start, SampleSize));
        }

        return comparison.Report(sampled: end < order.Length);
    }

    private static int[] Labels(IImageSet images, ReadOnlySpan<int> positions)
    {
        var labels = new int[positions.Length];
        for (var i = 0; i < labels.Length; i++) labels[i] = images.Label(positions[i]);
        return labels;
    }

    private static float[] Rows(ReadOnlySpan<float> logits, int classes, ReadOnlySpan<int> positions)
    {
        var rows = new float[positions.Length * classes];
        for (var i = 0; i < positions.Length; i++) logits.Slice(positions[i] * classes, classes).CopyTo(rows.AsSpan(i * classes));
        return rows;
    }

    private static float[] Logits(ImageClassifier network, BatchAssembler batches, ReadOnlySpan<int> positions)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        return network.call(batches.Images(positions, Augmentation.None, 0, 0)).data<float>().ToArray();
    }

    // In double precision: what is left is the exported model's own rounding.
    private static void Softmax(Span<float> logits, int classes, double temperature)
    {
        for (; !logits.IsEmpty; logits = logits[classes..])
        {
            var row = logits[..classes];
            double highest = float.NegativeInfinity, sum = 0;
            foreach (var logit in row) highest = Math.Max(highest, logit);
            foreach (var logit in row) sum += Math.Exp((logit - highest) / temperature);
            foreach (ref var logit in row) logit = (float)(Math.Exp((logit - highest) / temperature) / sum);
        }
    }

    private static float[] Actual(InferenceSession session, IImageSet images, ReadOnlySpan<int> positions)
    {
        var size = images.Size;
        var bytes = size * size * 3;
        var interleaved = new byte[positions.Length * bytes];
        for (var i = 0; i < positions.Length; i++) ImagePlanes.Interleave(images.Image(positions[i]), interleaved.AsSpan(i * bytes, bytes));
        using var input = OrtValue.CreateTensorValueFromMemory(interleaved, [positions.Length, size, size, 3]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [OnnxExporter.InputName], [input], [OnnxExporter.OutputName]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
