using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Training;

public sealed class EarlyStopTests
{
    private static readonly CheckpointPosition Start = new(0, 0, 0, 7, 2, Precision.Fp32);

    [Fact]
    public void Count_BetterEqualWorse_CountsEpochsSinceTheBest()
    {
        var position = Start;
        var stale = new List<int>();
        foreach (var top1 in new[] { 0.5, 0.5, 0.4, 0.6, 0.1 })
        {
            position = EarlyStop.Count(position, new EvaluationResult(1 - top1, top1, 1, []));
            stale.Add(position.StaleEpochs);
        }

        Assert.Equal([0, 1, 2, 0, 1], stale);
        Assert.Equal(0.6, position.BestTop1);
    }

    [Fact]
    public void IsDue_NeitherAsked_IsNever() => Assert.False(EarlyStop.IsDue(Samples.Settings, Start with { BestTop1 = 1, StaleEpochs = 1000 }));

    [Fact]
    public void IsDue_TargetOrPatience_IsDueWhenReached()
    {
        Assert.True(EarlyStop.IsDue(Samples.Settings with { TargetTop1 = 0.9 }, Start with { BestTop1 = 0.9 }));
        Assert.False(EarlyStop.IsDue(Samples.Settings with { TargetTop1 = 0.9 }, Start with { BestTop1 = 0.89 }));
        Assert.True(EarlyStop.IsDue(Samples.Settings with { Patience = 3 }, Start with { StaleEpochs = 3 }));
        Assert.False(EarlyStop.IsDue(Samples.Settings with { Patience = 3 }, Start with { StaleEpochs = 2 }));
    }

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public async Task RunAsync_TargetReached_CompletesThereAndAgainWhenResumed(Precision precision)
    {
        var plan = Samples.Plan(Samples.Settings with { Epochs = 50, Dropout = 0, TargetTop1 = 0.9, Precision = precision });

        var run = await Samples.RunAsync(plan);
        var again = await Samples.RunAsync(plan, run.Last);

        var completed = Assert.IsType<TrainingOutcome.Completed>(run.Outcome);
        Assert.InRange(completed.Step, 4, 196);
        Assert.True(completed.Test.Top1 >= 0.9);
        Assert.All(run.Epochs.SkipLast(1), e => Assert.True(e.Evaluation.Top1 < 0.9));
        Assert.Equal(completed.Test.Loss, Assert.IsType<TrainingOutcome.Completed>(again.Outcome).Test.Loss);
        Assert.Empty(again.Steps);
        Assert.Equal(run.Last.Position, again.Last.Position);
    }

    [Fact]
    public async Task RunAsync_PatienceUsedUp_Completes()
    {
        // Nothing can be learned at this rate, so that no epoch is better than the first.
        var plan = Samples.Plan(Samples.Settings with { Epochs = 50, LearningRate = 1e-8, Patience = 3, Precision = Precision.Fp32, EmaDecay = 0 });

        var run = await Samples.RunAsync(plan);

        var best = run.Epochs.Select(e => e.Evaluation.Top1).ToList();
        var expected = best.FindLastIndex(t => t == best.Max()) + 1;
        Assert.IsType<TrainingOutcome.Completed>(run.Outcome);
        Assert.True(run.Epochs.Count < 50);
        Assert.Equal(3, run.Last.Position.StaleEpochs);
        Assert.True(expected <= run.Epochs.Count);
    }
}
