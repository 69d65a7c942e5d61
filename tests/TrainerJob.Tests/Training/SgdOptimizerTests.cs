using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Training;

public sealed class SgdOptimizerTests
{
    [Fact]
    public void Step_Nesterov_FollowsTheDefinition()
    {
        using var scope = NewDisposeScope();
        var settings = Samples.Settings with { Momentum = 0.9, WeightDecay = 0.1 };
        var parameter = new TorchSharp.Modules.Parameter(tensor([2f]));
        using var optimizer = new SgdOptimizer([("p", parameter)], settings);
        double weight = 2, momentum = 0;
        foreach (var (gradient, rate) in new[] { (1.0, 0.1), (-0.5, 0.2), (3.0, 0.05) })
        {
            (parameter * gradient).sum().backward();
            optimizer.Step(rate);

            var decayed = gradient + (0.1 * weight);
            momentum = (0.9 * momentum) + decayed;
            weight -= rate * (decayed + (0.9 * momentum));
            Assert.Equal(weight, parameter.item<float>(), 1e-5);
            Assert.Equal(momentum, optimizer.NamedMomenta[0].Value.item<float>(), 1e-5);
        }

        optimizer.ResetMomentum();
        Assert.Equal(0, optimizer.NamedMomenta[0].Value.item<float>());
    }

    [Theory]
    [InlineData(0.0, 5.0)]
    [InlineData(1.0, 1.0)]
    [InlineData(10.0, 5.0)]
    public void Step_GradientClip_ScalesTheWholeGradientDownToTheNorm(double clip, double expectedNorm)
    {
        using var scope = NewDisposeScope();
        var settings = Samples.Settings with { Momentum = 0, WeightDecay = 0, Nesterov = false, GradientClip = clip };
        var (first, second) = (new TorchSharp.Modules.Parameter(tensor([0f, 0f])), new TorchSharp.Modules.Parameter(tensor([0f])));
        using var optimizer = new SgdOptimizer([("a", first), ("b", second)], settings);

        // The gradient is (3, 0) and (4), of norm 5.
        ((first * tensor([3f, 0f])).sum() + (second * 4).sum()).backward();
        optimizer.Step(1);

        Assert.Equal(-3 * expectedNorm / 5, first[0].item<float>(), 1e-5);
        Assert.Equal(-4 * expectedNorm / 5, second[0].item<float>(), 1e-5);
    }
}
