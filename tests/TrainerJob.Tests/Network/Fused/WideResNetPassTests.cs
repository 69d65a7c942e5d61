using WrnCloud.Architecture;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Network.Fused;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Network.Fused;

/// <summary>The fused pass against autograd's own on the same network, images and labels.</summary>
public sealed class WideResNetPassTests
{
    private const int Classes = 7;

    [Theory]
    [InlineData("WRN-10-2", 0.0)]
    [InlineData("WRN-16-1", 0.3)]
    [InlineData("WRN-10-3-B(3,1,3)", 0.2)]
    [InlineData("WRN-10-1-B(3,1,1)", 0.0)]
    [InlineData("ResNet-29-bottleneck", 0.0)]
    public void Train_Float32_GivesAutogradsGradientsAndStatistics(string name, double dropout)
    {
        using var scope = NewDisposeScope();
        var (plain, fused) = (Create(name, dropout), Create(name, dropout));
        var expected = Pass(plain, Images(16), fused: false);
        var actual = Pass(fused, Images(16), fused: true);

        // One unit that rounding puts on the other side of zero changes the gradients in front of it by several thousandths.
        Assert.InRange(Distance(actual, expected), 0, 1e-4);
        Assert.All(Gradients(fused).Zip(Gradients(plain)), p => Assert.True(Distance(p.First.Value, p.Second.Value) < 0.03, p.First.Name));
        Assert.All(
            fused.named_buffers().Zip(plain.named_buffers()),
            p => Assert.True((p.First.buffer - p.Second.buffer).abs().max().item<float>() < 1e-5, p.First.name));
    }

    [Fact]
    public void Train_BFloat16_IsNoFurtherFromFloat32ThanAutogradIs()
    {
        using var scope = NewDisposeScope();
        var (plain, fused, exact) = (Create("WRN-10-2", 0), Create("WRN-10-2", 0), Create("WRN-10-2", 0));
        var images = Images(32);
        Pass(exact, images, fused: false);
        Pass(plain, images.to(ScalarType.BFloat16), fused: false);
        Pass(fused, images.to(ScalarType.BFloat16), fused: true);

        double Error(WideResNet network) => Gradients(network).Zip(Gradients(exact), (a, b) => Distance(a.Value, b.Value)).Average();

        var (ofPlain, ofFused) = (Error(plain), Error(fused));
        Assert.InRange(ofFused, 1e-6, 1.1 * ofPlain);
    }

    [Fact]
    public void Train_NaN_Spreads()
    {
        using var scope = NewDisposeScope();
        var network = Create("WRN-10-1", 0);
        var images = Images(4);
        images[0, 0, 0, 0] = float.NaN;

        Assert.True(network.Train(images).Logits.isnan().all().item<bool>());
    }

    [Fact]
    public void Train_SomethingFrozen_TakesThePlainPass()
    {
        using var scope = NewDisposeScope();
        var network = Create("WRN-10-1", 0);
        Assert.IsType<WideResNetPass>(network.Train(Images(4)));
        network.Stem.Weight.requires_grad = false;

        Assert.IsType<TrainingPass>(network.Train(Images(4)));
    }

    // Logits, with the gradients left at the parameters.
    private static Tensor Pass(WideResNet network, Tensor images, bool fused)
    {
        manual_seed(3);
        var pass = fused ? network.Train(images) : new TrainingPass(network.call(images));
        Assert.Equal(fused, pass is WideResNetPass);
        var logits = pass.Logits.detach().clone();
        pass.Backward(nn.functional.cross_entropy(pass.Logits, arange(images.shape[0]).remainder(Classes)));
        return logits;
    }

    private static IEnumerable<(string Name, Tensor Value)> Gradients(WideResNet network) =>
        network.named_parameters().Select(p => (p.name, p.parameter.grad!));

    private static bool Same(Tensor a, Tensor b) => a.eq(b).all().item<bool>();

    private static double Distance(Tensor actual, Tensor expected) => ((actual - expected).norm() / expected.norm().clamp_min(1e-6)).item<float>();

    private static WideResNet Create(string name, double dropout)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out var problem), problem);
        return new WideResNet((PreActivationSpec)spec, Classes, dropout, seed: 5);
    }

    private static Tensor Images(int count)
    {
        manual_seed(11);
        return randn(count, 32, 32, 3).permute(0, 3, 1, 2);
    }
}
