using WrnCloud.Architecture;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Training;

/// <summary>Training that begins with a fitted classifier, past frozen layers.</summary>
public sealed class HeadStartTests
{
    private static readonly TrainingSettings Settings = Samples.Settings with { Epochs = 2, Dropout = 0, LearningRate = 1e-6 };

    [Fact]
    public async Task RunAsync_FitsHeadFirst_TheClassifierAloneIsEpoch0AndMayBePublished()
    {
        var run = await Samples.RunAsync(Plan());

        var completed = Assert.IsType<TrainingOutcome.Completed>(run.Outcome);
        Assert.Equal([0, 1, 2], run.Epochs.Select(e => e.Epoch));
        Assert.True(run.Epochs[0].Evaluation.Top1 > 0.9, $"the classifier alone {run.Epochs[0].Evaluation.Top1}");
        Assert.True(completed.Validation!.Top1 >= run.Epochs[0].Evaluation.Top1);
        Assert.Equal(run.Epochs.Max(e => e.Evaluation.Top1), run.Last.Position.BestTop1);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task RunAsync_Resumed_FitsItOnceAndEndsWithTheSameWeights()
    {
        var whole = await Samples.RunAsync(Plan());
        var first = await Samples.RunAsync(Plan(), stopAfterStep: 3);
        var second = await Samples.RunAsync(Plan(), first.Last);

        Assert.Equal(RunRecord.Hash(whole.Last), RunRecord.Hash(second.Last));
        Assert.DoesNotContain(second.Epochs, e => e.Epoch == 0);
    }

    [Theory]
    [InlineData(Freeze.Stem)]
    [InlineData(Freeze.Group2)]
    [InlineData(Freeze.Backbone)]
    public void Train_FrozenResNet_PassesByTheFoldedPartAndLearnsTheRest(Freeze freeze)
    {
        Assert.True(NetworkSpec.TryParse("ResNet-18", out var spec, out _));
        using var network = new ImageNetResNet((ImageNetResNetSpec)spec.At(32), 3, 0, 7);
        using var frozen = new FrozenPart(network, freeze);
        using var images = randn(4, 3, 32, 32).contiguous();

        var pass = frozen.Train(images);
        using var expected = network.call(images);
        pass.Backward(pass.Logits.sum());

        Assert.True((pass.Logits - expected).abs().max().item<float>() < 1e-3);
        foreach (var (name, parameter) in network.named_parameters())
            Assert.True(parameter.requires_grad == (parameter.grad is not null), $"{name}: {parameter.requires_grad}");
        Assert.Equal(freeze == Freeze.Backbone, !network.Groups[3][0].Convolutions[0].Weight.requires_grad);
    }

    private static TrainingPlan Plan() => Samples.Plan(Settings) with { Validation = Samples.Images(24, 3, 5), FitsHeadFirst = true };
}
