using WrnCloud.Architecture;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Network;

public sealed class FoldedResNetTests
{
    [Theory]
    [InlineData("ResNet-1-1-1-2", 64, 1e-4)]
    [InlineData("ResNet-1-2-1-1-bottleneck", 64, 1e-4)]
    [InlineData("ResNet-1-1-1-1", 96, 1e-4)]
    public void Features_OfEachKindOfBlock_AreTheNetworks(string name, int size, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        Assert.True(NetworkSpec.TryParse(name, out var spec, out var problem), problem);
        using var network = (ImageNetResNet)ImageClassifier.Create(spec.At(size), 3, 0, 1);
        var images = randn([4, size, size, 3], generator: new Generator(3)).permute(0, 3, 1, 2);

        // Passes in training mode: running statistics that a wrong folding would not get right by chance.
        for (var pass = 0; pass < 8; pass++) network.call(images);
        network.eval();
        using var folded = new FoldedResNet(network, ScalarType.Float32);
        using var half = new FoldedResNet(network, ScalarType.BFloat16);

        var expected = network.Features(images);
        var scale = expected.abs().max().item<float>();
        Assert.InRange((folded.Features(images) - expected).abs().max().item<float>() / scale, 0, tolerance);
        Assert.InRange((half.Features(images.to(ScalarType.BFloat16)) - expected).abs().mean().item<float>() / scale, 0, 0.02);
        Assert.True(scale > 0.1, $"The features are at most {scale}.");
    }
}
