using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Training;

public sealed class TrainerTests
{
    [Fact]
    public async Task RunAsync_EasyImages_Learns()
    {
        var run = await Samples.RunAsync(Samples.Plan(Samples.Settings with { Epochs = 10, Dropout = 0 }));

        var completed = Assert.IsType<TrainingOutcome.Completed>(run.Outcome);
        Assert.True(completed.Test.Top1 > 0.9, $"top-1 {completed.Test.Top1}");
        Assert.True(run.Epochs[^1].TrainLoss < run.Epochs[0].TrainLoss - 0.3);
        Assert.Equal(Enumerable.Range(1, 40), run.Steps.Select(s => s.Step));
        Assert.Equal(Enumerable.Range(1, 10), run.Epochs.Select(e => e.Epoch));
        Assert.Equal(run.Steps.Skip(36).Average(s => s.Loss), run.Epochs[^1].TrainLoss, 1e-9);
        Assert.All(run.Steps.Skip(1), s => Assert.True(s.ImagesPerSecond > 0 && s.EtaSeconds >= 0));
    }

    [Theory]
    [InlineData(Precision.Fp32, 8)]
    [InlineData(Precision.Fp32, 6)]
    [InlineData(Precision.Fp32, 15)]
    [InlineData(Precision.Bf16, 7)]
    public async Task RunAsync_Resumed_EndsBitForBitLikeAnUninterruptedRun(Precision precision, int stopAfterStep)
    {
        var plan = Samples.Plan(Samples.Settings with { Precision = precision });

        var whole = await Samples.RunAsync(plan);
        var first = await Samples.RunAsync(plan, stopAfterStep: stopAfterStep);
        var second = await Samples.RunAsync(plan, first.Last);

        Assert.Equal(new TrainingOutcome.Stopped(stopAfterStep), first.Outcome);
        Assert.IsType<TrainingOutcome.Completed>(second.Outcome);
        Assert.Equal(RunRecord.Hash(whole.Last), RunRecord.Hash(second.Last));
        Assert.Equal(whole.Last.Position, second.Last.Position);
        Assert.Equal(whole.Steps.Select(s => s.Loss), first.Steps.Concat(second.Steps).Select(s => s.Loss));
        Assert.Equal(
            whole.Epochs.Select(e => (e.Epoch, e.TrainLoss, e.Evaluation.Loss)),
            first.Epochs.Concat(second.Epochs).Select(e => (e.Epoch, e.TrainLoss, e.Evaluation.Loss)));
    }

    [Fact]
    public async Task RunAsync_SamePlanOtherSeed_EndsElsewhere()
    {
        var settings = Samples.Settings with { MaxSteps = 3 };

        var first = await Samples.RunAsync(Samples.Plan(settings));
        var again = await Samples.RunAsync(Samples.Plan(settings));
        var other = await Samples.RunAsync(Samples.Plan(settings, seed: 8));

        Assert.Equal(RunRecord.Hash(first.Last), RunRecord.Hash(again.Last));
        Assert.NotEqual(RunRecord.Hash(first.Last), RunRecord.Hash(other.Last));
    }

    [Fact]
    public async Task RunAsync_StepLimit_CompletesThereAndAgainWhenResumed()
    {
        var plan = Samples.Plan(Samples.Settings with { MaxSteps = 6 });

        var run = await Samples.RunAsync(plan);
        var again = await Samples.RunAsync(plan, run.Last);

        Assert.Equal(6, Assert.IsType<TrainingOutcome.Completed>(run.Outcome).Step);
        Assert.Equal([1, 2], run.Epochs.Select(e => e.Epoch));
        Assert.Equal(6, run.Steps[^1].Steps);
        Assert.Empty(again.Steps);
        Assert.Equal(run.Epochs[^1].Evaluation.Loss, again.Epochs.Single().Evaluation.Loss);
        Assert.Equal(run.Epochs[^1].TrainLoss, again.Epochs.Single().TrainLoss);
    }

    [Fact]
    public async Task RunAsync_FewerImagesThanABatch_TrainsOnAllOfThem()
    {
        var run = await Samples.RunAsync(Samples.Plan(Samples.Settings with { Epochs = 2, BatchSize = 128 }));

        Assert.IsType<TrainingOutcome.Completed>(run.Outcome);
        Assert.Equal(2, run.Steps.Count);
    }

    [Fact]
    public async Task RunAsync_CheckpointEvery_MakesCheckpointsWithinAnEpochToGoOnFrom()
    {
        var plan = Samples.Plan(Samples.Settings with { Epochs = 2 });
        using var stop = new CancellationTokenSource();
        var record = new RunRecord(stop, null);
        using var trainer = new Trainer(plan, record, TimeProvider.System, NullLogger.Instance, TimeSpan.Zero);

        await trainer.RunAsync(null, stop.Token);
        var middle = record.Checkpoints.Single(c => c.Position.Step == 6);
        var resumed = await Samples.RunAsync(plan, middle);

        Assert.Equal(Enumerable.Range(1, 8), record.Checkpoints.Select(c => c.Position.Step));
        Assert.Equal(RunRecord.Hash(record.Last), RunRecord.Hash(resumed.Last));
        Assert.Equal([7, 8], resumed.Steps.Select(s => s.Step));
    }

    [Fact]
    public async Task RunAsync_AbsurdLearningRate_FailsAsDiverged()
    {
        var run = await Samples.RunAsync(Samples.Plan(Samples.Settings with
        {
            Schedule = LearningRateSchedule.Steps,
            LearningRate = 1e20,
            Dropout = 0,
        }));

        var failed = Assert.IsType<TrainingOutcome.Failed>(run.Outcome);
        Assert.Equal("loss-diverged", failed.Code);
        Assert.Contains($"at step {run.Steps.Count + 1}", failed.Message, StringComparison.Ordinal);
        Assert.Contains("gradientClip", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_AnotherRunsCheckpoint_IsRefusedAndTheTrainerStaysFit()
    {
        var settings = Samples.Settings with { MaxSteps = 2 };
        var wide = await Samples.RunAsync(Samples.Plan(settings, "WRN-10-2"));
        var plan = Samples.Plan(settings);
        using var stop = new CancellationTokenSource();
        var record = new RunRecord(stop, null);
        using var trainer = Samples.Trainer(plan, record);

        await Assert.ThrowsAsync<CheckpointException>(() => trainer.RunAsync(wide.Last, stop.Token));
        await Assert.ThrowsAsync<CheckpointException>(
            () => trainer.RunAsync(wide.Last with { Position = wide.Last.Position with { Seed = 9 } }, stop.Token));
        Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, stop.Token));
        Assert.Equal(RunRecord.Hash((await Samples.RunAsync(plan)).Last), RunRecord.Hash(record.Last));
    }
}
