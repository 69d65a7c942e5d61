using Microsoft.ML.OnnxRuntime;
using WrnCloud.Architecture;
using WrnCloud.Errors;
using WrnCloud.Onnx;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Training;
using WrnCloud.TrainerJob.Weights;
using WrnCloud.Weights;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Weights;

/// <summary>The weights beside the program, against ONNX Runtime on the file that they come from.</summary>
public sealed class BuiltInWeightsTests
{
    private const int Images = 3;
    private const int Size = 224;
    private const int Plane = Size * Size;

    [Fact]
    public void Features_OfTheBuiltInNetwork_AreOnnxRuntimesOfTheFile()
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        using var network = Load(BuiltInWeights.ResNet18);
        var images = tensor(Noise()).reshape(Images, 3, Size, Size);

        // Channels-last, as batches are.
        var features = network.Features(images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));

        Assert.Equal(new long[] { Images, 512 }, features.shape);
        var expected = Expected(images);
        var differences = features.data<float>().ToArray().Zip(expected, (a, e) => Math.Abs(a - e));
        Assert.InRange(differences.Max(), 0, 1e-4 * expected.Max());
        using var folded = new FoldedResNet(Assert.IsType<ImageNetResNet>(network), ScalarType.Float32);
        var differencesFolded = folded.Features(images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2))
            .data<float>().ToArray()
            .Zip(expected, (a, e) => Math.Abs(a - e));
        Assert.InRange(differencesFolded.Max(), 0, 1e-4 * expected.Max());
        Assert.True(expected.Max() > 0.5, $"The features are at most {expected.Max()}: they would agree by being nothing.");
    }

    [Fact]
    public void Read_OtherHash_IsRefused()
    {
        var refusal = Assert.Throws<WrnException>(() => BuiltInWeightsFile.Read(BuiltInWeights.ResNet18 with { Sha256 = new string('0', 64) }));

        Assert.Equal(ErrorCatalogue.InitInvalid, refusal.Error);
        Assert.Contains(BuiltInWeights.ResNet18.Sha256, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Licence_OfTheWeights_LiesBesideThem()
    {
        var folder = Path.GetDirectoryName(BuiltInWeightsFile.PathOf(BuiltInWeights.ResNet18))!;

        Assert.Contains("MIT License", File.ReadAllText(Path.Combine(folder, "LICENSE")), StringComparison.Ordinal);
    }

    private static ImageClassifier Load(WeightsManifest weights)
    {
        Assert.True(NetworkSpec.TryParse(weights.Network, out var spec, out var problem), problem);
        var network = ImageClassifier.Create(spec, 2, 0, 1);
        InitialWeights.Load(BuiltInWeightsFile.Read(weights), network, newHead: true);
        network.eval();
        return network;
    }

    // Pixels of 0 to 255 minus about their mean, as the network was trained on.
    private static float[] Noise()
    {
        var random = new SplitMix64(17);
        return [.. Enumerable.Range(0, Images * 3 * Plane).Select(_ => random.Next(256) - 114f)];
    }

    // The file takes the channels in the order BGR, and one image at a time.
    private static float[] Expected(Tensor images)
    {
        using var session = OnnxSessions.Load(
            File.ReadAllBytes(BuiltInWeightsFile.PathOf(BuiltInWeights.ResNet18)), OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        using var run = new RunOptions();
        var features = new List<float>();
        for (var image = 0; image < Images; image++)
        {
            var values = images[image].flip(0).contiguous().data<float>().ToArray();
            using var input = OrtValue.CreateTensorValueFromMemory(values, [1, 3, Size, Size]);
            using var outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
            features.AddRange(outputs[0].GetTensorDataAsSpan<float>().ToArray());
        }

        return [.. features];
    }
}
