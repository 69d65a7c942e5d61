using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Tests.Support;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Network;

public sealed class WideResNetTests
{
    [Theory]
    [InlineData("WRN-40-1", 10, 563_930)]
    [InlineData("WRN-40-1", 100, 569_780)]
    [InlineData("WRN-40-2", 10, 2_243_546)]
    [InlineData("WRN-28-2", 100, 1_479_220)]
    [InlineData("WRN-16-4", 10, 2_748_890)]
    [InlineData("WRN-52-1", 10, 758_362)]
    public void Parameters_OfThePaper_AreAsMany(string name, int classes, long count)
    {
        using var network = new WideResNet(Samples.Spec(name), classes, 0, 1);

        Assert.Equal(count, network.parameters().Sum(p => p.numel()));
        Assert.Equal(count, Samples.Spec(name).ParameterCount(classes));
    }

    [Theory]
    [InlineData("WRN-10-1")]
    [InlineData("WRN-40-2-B(1,3,1)")]
    [InlineData("WRN-40-2-B(3,1)")]
    [InlineData("WRN-40-2-B(1,3)")]
    [InlineData("WRN-40-2-B(3,1,1)")]
    [InlineData("WRN-22-2-B(3,1,3)")]
    public void Parameters_OfAnyBlockType_AreThoseOfTheSpec(string name)
    {
        var spec = Samples.Spec(name);
        using var network = new WideResNet(spec, 10, 0, 1);

        Assert.Equal(spec.ParameterCount(10), network.parameters().Sum(p => p.numel()));
    }

    [Fact]
    public void Names_OfTheState_ArePyTorchs()
    {
        using var network = new WideResNet(Samples.Spec("WRN-16-2"), 10, 0, 1);
        var names = network.NamedState().Select(s => s.Name).ToHashSet(StringComparer.Ordinal);

        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal)
            {
                "conv1.weight", "group1.0.bn1.weight", "group1.0.shortcut.weight", "group3.1.conv2.weight", "bn.bias", "bn.running_mean",
                "group2.0.bn2.running_var", "fc.weight", "fc.bias",
            },
            names);
        Assert.DoesNotContain("group1.1.shortcut.weight", names);
    }

    [Fact]
    public void ConvolutionWeights_FromHeInitialisation_HaveItsDeviation()
    {
        using var network = new WideResNet(Samples.Spec("WRN-10-4"), 10, 0, 1);
        var weight = network.Blocks[1].Convolutions[1].Weight;

        Assert.Equal(new long[] { 128, 128, 3, 3 }, weight.shape);
        Assert.Equal(1, weight.stride(1));
        Assert.Equal(Math.Sqrt(2.0 / (9 * 128)), weight.std().item<float>(), 0.001);
    }

    [Fact]
    public void Forward_Bf16_IsNearFp32()
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        using var network = new WideResNet(Samples.Spec("WRN-10-1"), 10, 0, 1);
        var images = randn([4, 3, 32, 32], generator: new Generator(3));
        network.eval();

        var single = network.call(images);
        var half = network.call(images.to(ScalarType.BFloat16));

        Assert.Equal(new long[] { 4, 10 }, single.shape);
        Assert.Equal(ScalarType.Float32, half.dtype);
        var difference = (single - half).abs().max().item<float>();
        Assert.InRange(difference, 1e-6f, 0.1f);
    }

    [Fact]
    public void Forward_WithDropout_DropsInTrainingOnly()
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        using var network = new WideResNet(Samples.Spec("WRN-10-1"), 10, 0.5, 1);
        var images = randn(4, 3, 32, 32);
        network.train();
        Assert.NotEqual(network.call(images).data<float>().ToArray(), network.call(images).data<float>().ToArray());

        network.eval();
        Assert.Equal(network.call(images).data<float>().ToArray(), network.call(images).data<float>().ToArray());
    }
}
