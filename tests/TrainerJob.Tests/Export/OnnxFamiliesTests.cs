using Microsoft.ML.OnnxRuntime;
using WrnCloud.Architecture;
using WrnCloud.Jobs;
using WrnCloud.Onnx;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Tests.Support;
using static TorchSharp.torch;
using Metadata = WrnCloud.TrainerJob.Export.ModelMetadata;

namespace WrnCloud.TrainerJob.Tests.Export;

/// <summary>A small net of each family in ONNX Runtime against TorchSharp.</summary>
public sealed class OnnxFamiliesTests
{
    private const int Classes = 6;

    [Theory]
    [InlineData("ResNet-18", 4, 224)]
    [InlineData("ResNet-50", 4, 224)]
    [Trait("Category", "Slow")]
    public void Export_AtTheSizeOfPhotographs_ComputesWhatTheNetworkDoes(string name, int images, int size) =>
        Export_OfEachFamilyAndSize_ComputesWhatTheNetworkDoes(name, images, size);

    [Theory]
    [InlineData("WRN-7-1-l1", 7, 32)]
    [InlineData("WRN-13-1-l3", 7, 64)]
    [InlineData("ResNet-20", 7, 36)]
    [InlineData("ResNet-29-bottleneck", 7, 32)]
    [InlineData("ResNet-1-1-1-2", 6, 96)]
    [InlineData("ResNet-1-1-1-1-bottleneck", 6, 64)]
    public void Export_OfEachFamilyAndSize_ComputesWhatTheNetworkDoes(string name, int images, int size)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        Assert.True(NetworkSpec.TryParse(name, out var spec, out var problem), problem);
        spec = spec.At(size);
        using var network = ImageClassifier.Create(spec, Classes, 0.2, 1);
        var pixels = Pictures(images, spec.ImageSize);
        var input = Normalised(pixels, images, spec.ImageSize);

        // Passes in training mode: running statistics that a wrong graph would not get right by chance, and that keep the activations small.
        for (var pass = 0; pass < 12; pass++) network.call(input);
        network.eval();
        var expected = network.call(input).softmax(1).data<float>().ToArray();

        var onnx = OnnxExporter.Export(
            network,
            Samples.Preprocessor,
            new Metadata([.. Enumerable.Range(0, Classes).Select(c => $"{c}")], "d", new string('0', 64), "r", 0.5, Precision.Fp32));
        using var session = OnnxSessions.Load(onnx, OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING);
        using var value = OrtValue.CreateTensorValueFromMemory(pixels, [images, spec.ImageSize, spec.ImageSize, 3]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [OnnxExporter.InputName], [value], [OnnxExporter.OutputName]);
        var actual = outputs[0].GetTensorDataAsSpan<float>().ToArray();

        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, 1e-4);
        Assert.True(expected.Max() - expected.Min() > 0.01, "The network tells nothing apart.");
    }

    // Each picture has waves and a colour of its own:
    // of noise, all pictures look alike to a deep network, and its batch norms divide by next to nothing.
    private static byte[] Pictures(int images, int size)
    {
        var pixels = new byte[images * size * size * 3];
        var random = new SplitMix64(3);
        for (var i = 0; i < pixels.Length; i++)
        {
            var (image, y, x, channel) = (i / (size * size * 3), i / (size * 3) % size, i / 3 % size, i % 3);
            var wave = Math.Sin(((image + 1) * 6.0 * x / size) + channel) * Math.Cos((image + 2) * 4.0 * y / size);
            pixels[i] = (byte)Math.Clamp(100 + (20 * ((image * (channel + 1)) % 4)) + (60 * wave) + random.Next(40), 0, 255);
        }

        return pixels;
    }

    private static Tensor Normalised(byte[] pixels, int images, int size)
    {
        var values = tensor(pixels).to(ScalarType.Float32).reshape(images, size, size, 3) / 255;
        var statistics = Samples.Statistics;
        var mean = tensor(statistics.Mean.Select(m => (float)m).ToArray());
        var deviation = tensor(statistics.StandardDeviation.Select(d => (float)d).ToArray());
        return ((values - mean) / deviation).permute(0, 3, 1, 2);
    }
}
