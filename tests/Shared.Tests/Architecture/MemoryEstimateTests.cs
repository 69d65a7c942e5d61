using WrnCloud.Architecture;

namespace WrnCloud.Shared.Tests.Architecture;

public sealed class MemoryEstimateTests
{
    // A pre-activation net keeps, for each block of two convolutions, two activations and two convolutions' outputs.
    [Fact]
    public void ForTraining_Wrn10x1_IsTheSumByHand()
    {
        var spec = Parse("WRN-10-1");
        const long plane = 32 * 32;
        long[] kept =
        [
            3 * plane, 16 * plane,
            16 * plane * 4,
            (16 * plane) + (32 * plane / 4 * 3),
            (32 * plane / 4) + (64 * plane / 16 * 3),
            64 * plane / 16, 10,
        ];

        var estimate = MemoryEstimate.ForTraining(spec, 10, 5, 4);

        Assert.Equal(5 * 4 * (kept.Sum() + (2 * 16 * plane)), estimate.Activations);
        Assert.Equal(4 * 77_850, estimate.Gradients);
        Assert.Equal(estimate.Gradients, estimate.Optimizer);
        Assert.Equal(4 * (77_850 + (2 * (16 + 16 + 16 + 32 + 32 + 64 + 64))), estimate.Parameters);
        Assert.Equal(estimate.Parameters + estimate.Gradients + estimate.Optimizer + estimate.Activations, estimate.Total);
    }

    [Fact]
    public void ForTraining_Settings_CostWhatTheyHold()
    {
        var spec = Parse("WRN-16-4");
        var plain = MemoryEstimate.ForTraining(spec, 10, 128, 4);
        var half = MemoryEstimate.ForTraining(spec, 10, 128, 2);

        Assert.Equal(plain.Activations / 2, half.Activations);
        Assert.Equal(plain.Parameters + (2 * spec.ParameterCount(10)), half.Parameters);
        Assert.True(MemoryEstimate.ForTraining(spec, 10, 128, 4, dropout: true).Activations > plain.Activations);
        Assert.Equal(2 * plain.Optimizer, MemoryEstimate.ForTraining(spec, 10, 128, 4, average: true).Optimizer);
        Assert.Equal(2 * plain.Activations, MemoryEstimate.ForTraining(spec, 10, 256, 4).Activations);
    }

    [Theory]
    [InlineData("WRN-28-10")]
    [InlineData("ResNet-1001")]
    [InlineData("WRN-50-2-bottleneck")]
    public void ForInference_AnyNet_IsFarBelowTraining(string name)
    {
        var spec = Parse(name);
        var inference = MemoryEstimate.ForInference(spec, 10, 32, 4);

        Assert.Equal((0, 0), (inference.Gradients, inference.Optimizer));
        Assert.True(inference.Total < MemoryEstimate.ForTraining(spec, 10, 32, 4).Total / 3);
    }

    private static NetworkSpec Parse(string name)
    {
        Assert.True(NetworkSpec.TryParse(name, out var spec, out var problem), problem);
        return spec;
    }
}
