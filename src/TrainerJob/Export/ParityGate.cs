using Microsoft.ML.OnnxRuntime;
using WrnCloud.Datasets;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Export;

/// <summary>Runs an exported model in ONNX Runtime beside the network in float32 on the CPU: what is published computes what was trained.</summary>
public static class ParityGate
{
    /// <summary>Largest probability difference that passes, and the distance of the two best classes below which an image counts as a tie.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Smallest share of equal top-1 classes that passes.</summary>
    public const double MinTop1Agreement = 0.999;

    /// <summary>Most images that are compared; of a larger set a fixed sample.</summary>
    public const int MaxImages = 2000;

    private const int SampleSeed = 20160523;
    private static readonly int[] FirstBatches = [1, 2, 7, 64];

    /// <summary>Compares batches of 1, 2, 7 and then of 64 images. The network is left in evaluation mode.</summary>
    public static ParityReport Check(WideResNet network, byte[] onnx, IImageSet test, ChannelStatistics statistics)
    {
        using var onCpu = network.Stem.Weight.device.type == TorchSharp.DeviceType.CPU ? null : CopyToCpu(network);
        var reference = onCpu ?? network;
        reference.eval();
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(onnx, options);
        var batches = new BatchAssembler(test, statistics);
        var sample = test.Count <= MaxImages ? Enumerable.Range(0, test.Count).ToArray() : EpochOrder.Shuffle(test.Count, SampleSeed, 0)[..MaxImages];
        double difference = 0;
        int agreed = 0, counted = 0;
        for (int start = 0, batch = 0; start < sample.Length; batch++)
        {
            var positions = sample.AsSpan(start, Math.Min(FirstBatches[Math.Min(batch, FirstBatches.Length - 1)], sample.Length - start));
            Compare(Expected(reference, batches, positions), Actual(session, test, positions), network.ClassCount, ref difference, ref agreed, ref counted);
            start += positions.Length;
        }

        var agreement = counted == 0 ? 1 : (double)agreed / counted;
        return new ParityReport(difference, agreement, sample.Length, difference <= Tolerance && agreement >= MinTop1Agreement);
    }

    private static void Compare(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, int classes, ref double difference, ref int agreed, ref int counted)
    {
        for (var i = 0; i < expected.Length; i += classes)
        {
            var wanted = expected.Slice(i, classes);
            var got = actual.Slice(i, classes);

            // Math.Max lets NaN through, so that a model that computes NaN does not pass.
            for (var c = 0; c < classes; c++) difference = Math.Max(difference, Math.Abs((double)wanted[c] - got[c]));
            var best = IndexOfMax(wanted);
            var second = float.NegativeInfinity;
            for (var c = 0; c < classes; c++) second = c == best ? second : Math.Max(second, wanted[c]);
            if (wanted[best] - second < Tolerance) continue;
            counted++;
            if (IndexOfMax(got) == best) agreed++;
        }
    }

    private static float[] Expected(WideResNet network, BatchAssembler batches, ReadOnlySpan<int> positions)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        return network.call(batches.Images(positions, Augmentation.None, 0, 0)).softmax(1).data<float>().ToArray();
    }

    private static float[] Actual(InferenceSession session, IImageSet images, ReadOnlySpan<int> positions)
    {
        var plane = images.Size * images.Size;
        var interleaved = new byte[positions.Length * 3 * plane];
        for (var i = 0; i < positions.Length; i++)
        {
            var image = images.Image(positions[i]);
            var target = interleaved.AsSpan(i * 3 * plane, 3 * plane);
            for (var b = 0; b < target.Length; b++) target[b] = image[(b % 3 * plane) + (b / 3)];
        }

        using var input = OrtValue.CreateTensorValueFromMemory(interleaved, [positions.Length, images.Size, images.Size, 3]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [OnnxExporter.InputName], [input], [OnnxExporter.OutputName]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static WideResNet CopyToCpu(WideResNet network)
    {
        var copy = new WideResNet(network.Spec, network.ClassCount, 0, 0);
        TensorArchive.Load(TensorArchive.Save(network.NamedState(), new Dictionary<string, string>(StringComparer.Ordinal)), copy.NamedState());
        return copy;
    }

    private static int IndexOfMax(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var c = 1; c < values.Length; c++) best = values[c] > values[best] ? c : best;
        return best;
    }
}
