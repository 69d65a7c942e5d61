using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Network.Fused;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Network.Fused;

public sealed class NormaliseReluPassTests
{
    private const int Channels = 24;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Backward_AnyInput_GivesWhatAutogradGives(bool half, bool other)
    {
        using var scope = NewDisposeScope();
        var (fused, plain) = (Layer(), Layer());
        var type = half ? ScalarType.BFloat16 : ScalarType.Float32;
        var input = Input(2, 1).to(type);
        var (upstream, more) = (Input(1, 0).to(type), Input(1, 0).to(type));
        var leaf = input.clone().requires_grad_(true);
        var expected = plain.call(leaf);
        autograd.backward(expected, upstream);

        var pass = new NormaliseReluPass(fused, input);
        var output = pass.Output.detach().clone();
        autograd.backward(pass.Output, upstream);
        var gradient = pass.Backward(other ? more : null);

        // Rounding puts a unit in many thousands on the other side of zero; bfloat16 rounds at the third digit.
        var tolerance = half ? 0.02 : 1e-4;
        Assert.InRange(ShareBeyond(output, expected, tolerance), 0, 1e-4);
        Assert.InRange(ShareBeyond(gradient, other ? leaf.grad! + more : leaf.grad!, tolerance), 0, 1e-4);
        Assert.Equal(0, ShareBeyond(fused.Weight.grad!, plain.Weight.grad!, half ? 0.05 : 5e-3));
        Assert.Equal(0, ShareBeyond(fused.Bias.grad!, plain.Bias.grad!, half ? 0.05 : 5e-3));
        Assert.Equal(0, ShareBeyond(fused.RunningMean, plain.RunningMean, 1e-5));
        Assert.Equal(0, ShareBeyond(fused.RunningVariance, plain.RunningVariance, 1e-5));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pass_AnyThreadCount_GivesTheSame(bool half)
    {
        using var scope = NewDisposeScope();
        var layer = Layer();
        var input = Input(3, 5).to(half ? ScalarType.BFloat16 : ScalarType.Float32);
        var (before, results) = (get_num_threads(), new List<(Tensor Output, Tensor Gradient)>());
        try
        {
            foreach (var threads in (int[])[1, 2, 3])
            {
                set_num_threads(threads);
                var pass = new NormaliseReluPass(layer, input);
                var output = pass.Output.detach().clone();
                (pass.Output * pass.Output).sum().backward();
                results.Add((output, pass.Backward(other: null)));
            }
        }
        finally
        {
            set_num_threads(before);
        }

        Assert.All(results, r => Assert.True(Same(r.Output, results[0].Output) && Same(r.Gradient, results[0].Gradient)));
    }

    [Fact]
    public void Pass_MeanFarFromZero_KeepsTheVariance()
    {
        using var scope = NewDisposeScope();
        var layer = Layer();
        var input = Input(0.01, 1000);

        _ = new NormaliseReluPass(layer, input);

        // 0.9 of the 1 at the start and 0.1 of the batch's, taken in double precision.
        var expected = (input.to(ScalarType.Float64).permute(1, 0, 2, 3).flatten(1).var(1) * 0.1) + 0.9;
        Assert.InRange((layer.RunningVariance.to(ScalarType.Float64) - expected).abs().max().item<double>(), 0, 1e-6);
    }

    [Fact]
    public void Output_BFloat16_IsRoundedToNearestEven()
    {
        using var scope = NewDisposeScope();
        var layer = Layer();
        layer.Weight.detach().fill_(1.3);
        var input = Input(2, 1).to(ScalarType.BFloat16);

        var rounded = new NormaliseReluPass(layer, input).Output.detach();
        var exact = new NormaliseReluPass(layer, input.to(ScalarType.Float32)).Output.detach();

        Assert.True(rounded.eq(exact.to(ScalarType.BFloat16)).all().item<bool>());
    }

    // In units of the expected values' own spread.
    private static double ShareBeyond(Tensor actual, Tensor expected, double tolerance)
    {
        var (a, e) = (actual.detach().to(ScalarType.Float32), expected.detach().to(ScalarType.Float32));
        return (a - e).abs().gt(tolerance * (e.abs() + e.std())).to(ScalarType.Float64).mean().item<double>();
    }

    private static bool Same(Tensor a, Tensor b) => a.eq(b).all().item<bool>();

    private static BatchNormalisation Layer()
    {
        using var random = new Generator(1);
        var layer = new BatchNormalisation(Channels, new ParameterFactory(random, CPU));
        layer.Weight.detach().copy_(linspace(-1, 2, Channels));
        layer.Bias.detach().copy_(linspace(0.5, -0.5, Channels));
        return layer;
    }

    private static Tensor Input(double deviation, double mean)
    {
        manual_seed(7);
        return randn(37, 16, 16, Channels).mul_(deviation).add_(mean).permute(0, 3, 1, 2);
    }
}
