using WrnCloud.Architecture;
using WrnCloud.Datasets;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Training;

/// <summary>Features by another engine are still the network's own.</summary>
public sealed class FeatureExtractorTests
{
    [Theory]
    [InlineData("WRN-10-2")]
    [InlineData("ResNet-1-2-1-1")]
    [InlineData("ResNet-50")]
    public void Extract_Float32OnACpu_IsWhatTheNetworkGives(string name)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out var problem), problem);
        using var network = ImageClassifier.Create(spec.At(32), 3, 0, 5);
        Vary(network);
        var images = Samples.Images(20, 3, 9);
        using var scope = NewDisposeScope();
        using var extractor = new FeatureExtractor(network, images, Samples.Preprocessor, ScalarType.Float32);

        var features = extractor.Extract([3, 0, 19, 7, 7]);

        var batch = Batch(images, [3, 0, 19, 7, 7]);
        Assert.Equal(FeatureEngine.OnnxRuntime, FeatureExtractor.EngineOf(network, ScalarType.Float32));
        AssertClose(network.Features(batch), features);
    }

    [Fact]
    public void Extract_BFloat16_IsComputedByLibtorch()
    {
        Assert.True(NetworkSpec.TryParse("ResNet-1-1-1-1", out var spec, out var problem), problem);
        using var network = ImageClassifier.Create(spec.At(32), 3, 0, 5);
        network.eval();
        var images = Samples.Images(4, 3, 9);
        using var scope = NewDisposeScope();
        using var extractor = new FeatureExtractor(network, images, Samples.Preprocessor, ScalarType.BFloat16);

        var features = extractor.Extract([0, 1, 2, 3]);

        Assert.Equal(FeatureEngine.Libtorch, FeatureExtractor.EngineOf(network, ScalarType.BFloat16));
        using var expected = network.Features(Batch(images, [0, 1, 2, 3]));
        var scale = expected.abs().max().item<float>();
        Assert.True((features - expected).abs().max().item<float>() < 0.05f * scale);
    }

    private static Tensor Batch(IImageSet images, int[] positions) =>
        new BatchAssembler(images, Samples.Preprocessor).Images(positions, Augmentation.None, 0, 0);

    // Running statistics of their own, so that a norm that is left out or taken twice shows.
    private static void Vary(ImageClassifier network)
    {
        using var gradients = no_grad();
        using var random = new Generator(11, CPU);
        foreach (var (name, value) in network.NamedState())
        {
            if (name.Contains("running_var", StringComparison.Ordinal)) value.uniform_(0.5, 1.5, random);
            else if (name.Contains("running_mean", StringComparison.Ordinal)) value.uniform_(-0.2, 0.2, random);
        }

        network.eval();
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        var scale = expected.abs().max().item<float>();
        Assert.True(scale > 0);
        Assert.True((expected - actual).abs().max().item<float>() < 1e-4f * scale, $"{(expected - actual).abs().max().item<float>()} of {scale}");
    }
}
