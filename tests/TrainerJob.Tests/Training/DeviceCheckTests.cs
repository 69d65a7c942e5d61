using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Training;

/// <summary>The comparison of a device with the CPU, on two networks of one CPU; the GPU's own is made wherever a trainer starts on one.</summary>
public sealed class DeviceCheckTests
{
    private static readonly TrainingPlan Plan = Samples.Plan(Samples.Settings);

    [Fact]
    public void Difference_TheSameWeights_IsNone()
    {
        using var network = Network();
        using var copy = network.CopyToCpu();

        Assert.Equal(0, DeviceCheck.Difference(copy, network, Plan));
        Assert.True(network.training);
    }

    [Fact]
    public void Difference_WhatTensorCoresRoundOff_Passes()
    {
        using var network = Network();
        using var rounded = network.CopyToCpu();
        using (no_grad())
        {
            foreach (var (_, value) in rounded.NamedState()) value.copy_(value.to(ScalarType.BFloat16));
        }

        Assert.InRange(DeviceCheck.Difference(network, rounded, Plan), double.Epsilon, DeviceCheck.Tolerance);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(0)]
    public void Difference_ALayerThatComputesNonsense_DoesNotPass(float weights)
    {
        using var network = Network();
        using var broken = network.CopyToCpu();
        using (no_grad()) broken.NamedState().First(s => s.Name == "conv1.weight").Value.fill_(weights);

        Assert.False(DeviceCheck.Difference(network, broken, Plan) <= DeviceCheck.Tolerance);
    }

    [Fact]
    public void Require_OnTheCpu_AsksNothing()
    {
        using var network = Network();
        using (no_grad()) network.Classifier.Weight.fill_(float.NaN);

        DeviceCheck.Require(network, Plan);
    }

    private static ImageClassifier Network() => ImageClassifier.Create(Plan.Spec, Plan.Train.Classes.Count, 0, 3);
}
