using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Training;

/// <summary>Runs whose validation images decide: which weights are published, and that the test set is looked at once.</summary>
public sealed class ValidationTests
{
    private static readonly TrainingSettings Settings = Samples.Settings with { Epochs = 6, Dropout = 0, LabelSmoothing = 0 };

    [Fact]
    public void IsBetter_Top1ThenLoss_Decide()
    {
        var best = new CheckpointPosition(1, 1, 0, 7, 2, Precision.Fp32) { BestTop1 = 0.8, BestLoss = 0.5 };

        Assert.True(BestWeights.IsBetter(best, new EvaluationResult(9, 0.81, 1, [])));
        Assert.True(BestWeights.IsBetter(best, new EvaluationResult(0.4, 0.8, 1, [])));
        Assert.False(BestWeights.IsBetter(best, new EvaluationResult(0.5, 0.8, 1, [])));
        Assert.False(BestWeights.IsBetter(best, new EvaluationResult(0.1, 0.79, 1, [])));
        Assert.True(BestWeights.IsBetter(new CheckpointPosition(0, 0, 0, 7, 2, Precision.Fp32), new EvaluationResult(5, 0, 0, [])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9, Traits = ["Category", "Slow"])]
    public async Task RunAsync_WithValidation_PublishesTheBestEpochsWeights(double emaDecay)
    {
        using var stop = new CancellationTokenSource();
        var record = new RunRecord(stop, null);
        var plan = Watched(Settings with { EmaDecay = emaDecay });
        using var trainer = Samples.Trainer(plan, record);

        var completed = Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, stop.Token));

        var best = record.Epochs.MaxBy(e => (e.Evaluation.Top1, -e.Evaluation.Loss))!;
        Assert.Equal(best.Evaluation.Top1, record.Last.Position.BestTop1);
        Assert.Equal(best.Evaluation.Loss, record.Last.Position.BestLoss);
        Assert.Equal(TensorArchive.Save(trainer.Network.NamedState(), Metadata(record)), record.Last.Files[CheckpointFiles.BestFile].ToBytes());
        var again = new Evaluator(plan.Test, plan.Preprocessor).Evaluate(trainer.Network, ScalarType.Float32, CPU, CancellationToken.None);
        Assert.Equal((again.Loss, again.Top1), (completed.Test.Loss, completed.Test.Top1));
        Assert.NotNull(completed.Validation);
    }

    [Fact]
    public async Task RunAsync_TestSetThatIsWrong_DecidesNothing()
    {
        // With labels that are all off by one the test set would have chosen another epoch, and never reached the target.
        var plan = Watched(Settings with { Epochs = 40, TargetTop1 = 0.9 });
        var wrong = (LabelledImages)plan.Test;
        plan = plan with { Test = wrong with { Labels = [.. wrong.Labels.Select(l => (ushort)((l + 1) % 3))] } };

        var run = await Samples.RunAsync(plan);

        var completed = Assert.IsType<TrainingOutcome.Completed>(run.Outcome);
        Assert.True(completed.Step < plan.Steps, $"step {completed.Step} of {plan.Steps}");
        Assert.True(completed.Validation!.Top1 >= 0.9, $"validation {completed.Validation.Top1}");
        Assert.True(completed.Test.Top1 < 0.5, $"test {completed.Test.Top1}");
    }

    [Theory]
    [InlineData(8, Traits = ["Category", "Slow"])]
    [InlineData(3, Traits = ["Category", "Slow"])]
    [InlineData(24, Traits = ["Category", "Slow"])]
    public async Task RunAsync_Resumed_EndsWithTheSameBestWeights(int stopAfterStep)
    {
        var plan = Watched(Settings);

        var whole = await Samples.RunAsync(plan);
        var first = await Samples.RunAsync(plan, stopAfterStep: stopAfterStep);
        var second = await Samples.RunAsync(plan, first.Last);

        Assert.Equal(RunRecord.Hash(whole.Last), RunRecord.Hash(second.Last));
        Assert.Equal(whole.Last.Position, second.Last.Position);
        Assert.Equal(Result(whole), Result(second));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task RunAsync_TimeUp_CompletesWithTheBestSoFar(int afterStep)
    {
        using var timeUp = new CancellationTokenSource();
        var record = new RunRecord(timeUp, afterStep);
        using var trainer = Samples.Trainer(Watched(Settings), record);

        var completed = Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, CancellationToken.None, timeUp.Token));

        Assert.Equal((afterStep, true), (completed.Step, completed.IsTimeUp));
        Assert.Equal(record.Epochs.Max(e => e.Evaluation.Top1), record.Last.Position.BestTop1);
        Assert.Equal(afterStep, record.Last.Position.Step);
    }

    [Fact]
    public async Task RunAsync_TimeUpBeforeTheFirstStep_TrainsOneAtLeast()
    {
        using var trainer = Samples.Trainer(Samples.Plan(Settings), new RunRecord(new CancellationTokenSource(), null));

        var completed = Assert.IsType<TrainingOutcome.Completed>(
            await trainer.RunAsync(null, CancellationToken.None, new CancellationToken(canceled: true)));

        Assert.Equal((1, true), (completed.Step, completed.IsTimeUp));
    }

    [Fact]
    public async Task RunAsync_TimeUpAtTheLastStep_IsNoEarlyEnd()
    {
        using var timeUp = new CancellationTokenSource();
        var plan = Watched(Settings with { Epochs = 1 });
        var record = new RunRecord(timeUp, plan.Steps);
        using var trainer = Samples.Trainer(plan, record);

        var completed = Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, CancellationToken.None, timeUp.Token));

        Assert.False(completed.IsTimeUp);
    }

    private static TrainingPlan Watched(TrainingSettings settings) => Samples.Plan(settings) with { Validation = Samples.Images(24, 3, 5) };

    private static (double, double, double?) Result(RunRecord run)
    {
        var completed = Assert.IsType<TrainingOutcome.Completed>(run.Outcome);
        return (completed.Test.Loss, completed.Test.Top1, completed.Validation?.Loss);
    }

    private static IReadOnlyDictionary<string, string> Metadata(RunRecord record) => record.Last.Files[CheckpointFiles.BestFile].Metadata;
}
