using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using WrnCloud.Datasets;
using WrnCloud.Hosting;
using WrnCloud.Images;
using WrnCloud.Jobs;
using WrnCloud.Onnx;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Onnx;
using WrnCloud.TrainerJob.Runtime;
using WrnCloud.TrainerJob.Training;
using WrnCloud.TrainerJob.Weights;
using WrnCloud.Weights;
using static TorchSharp.torch;

namespace WrnCloud.PhotosBench;

/// <summary>Measures in this process how many pictures a second go through the frozen network, and prints it as one line.</summary>
internal static class FeatureMeasurement
{
    /// <summary>First argument of a process that measures.</summary>
    public const string Verb = "measure";

    private const int Batch = 16;
    private const int Decoded = 8 * Batch;
    private const int Side = 224;
    private static readonly ImageView View = new(256, Side);
    private static readonly int[] All = [.. Enumerable.Range(0, Batch)];
    private static readonly TimeProvider Clock = TimeProvider.System;

    public static Task<int> RunAsync(string request)
    {
        OnnxRuntimeTelemetry.SwitchOff();
        var asked = JsonSerializer.Deserialize<FeatureRequest>(request, WrnJson.Compact)!;
        var rate = asked.Way switch
        {
            FeatureWay.OnnxRuntime => OnnxRuntime(asked),
            FeatureWay.OursDecoding => OursDecoding(asked),
            _ => Ours(asked),
        };
        Console.WriteLine(JsonSerializer.Serialize(rate, WrnJson.Compact));
        return Task.FromResult(0);
    }

    private static double Ours(FeatureRequest asked)
    {
        NativeRuntime.Prepare(asked.Threads);
        var random = new SplitMix64(1);
        var pixels = new byte[Batch * 3 * Side * Side];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)random.Next(256);
        using var network = Network();
        using var extractor = Extractor(network, pixels, ScalarType.Float32);
        return Rate(asked.Seconds, () => extractor.Extract(All).Dispose());
    }

    // The file takes one image at a time; with the batch's size left open it takes as many as come.
    private static double OnnxRuntime(FeatureRequest asked)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(BuiltInWeightsFile.PathOf(BuiltInWeights.ResNet18)));
        foreach (var value in model.Graph.Input.Concat(model.Graph.Output))
        {
            if (value.Type?.TensorType?.Shape?.Dim is [var first, _, _, _]) first.DimParam = "N";
        }

        var constants = model.Graph.Initializer.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        var input = model.Graph.Input.First(i => !constants.Contains(i.Name)).Name;
        using var session = OnnxSessions.Load(model.ToByteArray(), OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, asked.Threads);
        var random = new SplitMix64(1);
        var pixels = new float[Batch * 3 * Side * Side];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = random.Next(256) - 128;
        using var images = OrtValue.CreateTensorValueFromMemory(pixels, [Batch, 3, Side, Side]);
        using var options = new RunOptions();
        return Rate(asked.Seconds, () => session.Run(options, [input], [images], session.OutputNames).Dispose());
    }

    // As a job does it: decoded side by side first, then looked at batch by batch.
    private static double OursDecoding(FeatureRequest asked)
    {
        var type = NativeRuntime.Prepare(asked.Threads).Resolve(Precision.Auto).ToScalarType();
        using var network = Network();
        var folder = Path.Combine(asked.Folder!, "train");
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var pixels = new byte[Decoded * 3 * Side * Side];
        using var extractor = Extractor(network, pixels, type);
        var next = 0;
        return (Decoded / Batch) * Rate(asked.Seconds, () =>
        {
            var first = next;
            Parallel.For(0, Decoded, i => Decode(files[(first + i) % files.Length]).CopyTo(pixels, i * 3 * Side * Side));
            next = (first + Decoded) % files.Length;
            foreach (var batch in Enumerable.Range(0, Decoded).Chunk(Batch)) extractor.Extract(batch).Dispose();
        });
    }

    private static byte[] Decode(string file) => ImagePlanes.Separate(ImageDecoder.Decode(File.ReadAllBytes(file), View));

    private static ImageNetResNet Network()
    {
        var weights = BuiltInWeights.ResNet18;
        var network = (ImageNetResNet)ImageClassifier.Create(TrainingBench.Networks.Spec(weights.Network), 2, 0, 1);
        InitialWeights.Load(BuiltInWeightsFile.Read(weights), network, newHead: true);
        network.eval();
        return network;
    }

    // The bytes may change between two batches.
    private static FeatureExtractor Extractor(ImageClassifier network, byte[] pixels, ScalarType type) => new(
        network,
        new LabelledImages(pixels, new ushort[pixels.Length / (3 * Side * Side)], ["any"], Side),
        ChannelPreprocessor.Of(BuiltInWeights.ResNet18.Normalisation),
        type);

    private static double Rate(double seconds, Action step)
    {
        step();
        var batches = 0;
        var started = Clock.GetTimestamp();
        do
        {
            step();
            batches++;
        }
        while (Clock.GetElapsedTime(started).TotalSeconds < seconds);
        return batches * Batch / Clock.GetElapsedTime(started).TotalSeconds;
    }
}
