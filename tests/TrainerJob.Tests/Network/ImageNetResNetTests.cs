using WrnCloud.Architecture;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Network;

public sealed class ImageNetResNetTests
{
    [Fact]
    public void NamedState_OfTheBottleneckNet_IsTorchvisions()
    {
        using var network = new ImageNetResNet(ImageNetResNetSpec.Of(50, 2), 1000, 0, 1, META);
        var shapes = network.NamedState().ToDictionary(s => s.Name, s => string.Join('×', s.Value.shape), StringComparer.Ordinal);

        // torchvision's 320 entries without the 53 counters of batches.
        Assert.Equal(267, shapes.Count);
        Assert.Equal("64×3×7×7", shapes["conv1.weight"]);
        Assert.Equal("64", shapes["bn1.running_var"]);
        Assert.Equal("128×64×1×1", shapes["layer1.0.conv1.weight"]);
        Assert.Equal("256×64×1×1", shapes["layer1.0.downsample.0.weight"]);
        Assert.Equal("256", shapes["layer1.0.downsample.1.running_mean"]);
        Assert.Equal("512×512×3×3", shapes["layer3.5.conv2.weight"]);
        Assert.Equal("2048×1024×1×1", shapes["layer4.2.conv3.weight"]);
        Assert.Equal("1000×2048", shapes["fc.weight"]);
        Assert.DoesNotContain("layer1.1.downsample.0.weight", shapes.Keys);
    }

    [Fact]
    public void Stride_OfABottleneck_IsThatOfThe3x3Convolution()
    {
        using var network = new ImageNetResNet(ImageNetResNetSpec.Of(50), 2, 0, 1, META);

        Assert.Equal([1, 2, 1], network.Groups[1][0].Convolutions.Select(c => c.Stride));
        Assert.Equal(2, network.Groups[1][0].Shortcut!.Stride);
        Assert.Equal(1, network.Groups[0][0].Shortcut!.Stride);
    }

    [Fact]
    public void ConvolutionWeights_FromHeInitialisation_GoByFanOut()
    {
        using var network = new ImageNetResNet(ImageNetResNetSpec.Of(18), 2, 0, 1);
        var weight = network.Groups[1][0].Convolutions[0].Weight;

        Assert.Equal(new long[] { 128, 64, 3, 3 }, weight.shape);
        Assert.Equal(Math.Sqrt(2.0 / (9 * 128)), weight.std().item<float>(), 0.001);
    }
}
