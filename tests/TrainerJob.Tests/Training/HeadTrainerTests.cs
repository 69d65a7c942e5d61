using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Tests.Training;

/// <summary>Linear classifiers on the features of a frozen network.</summary>
public sealed class HeadTrainerTests
{
    private static readonly TrainingSettings Settings = Samples.Settings with { Method = TrainingMethod.Head, Dropout = 0 };

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public async Task RunAsync_ImagesOfDistinctColours_AreToldApartByAnyFeatures(Precision precision)
    {
        var plan = Samples.Plan(Settings with { Precision = precision });
        var record = new RunRecord(new CancellationTokenSource(), null);
        using var trainer = new HeadTrainer(plan, record, TimeProvider.System, NullLogger.Instance);
        var before = Backbone(trainer);

        var completed = Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, CancellationToken.None));

        Assert.True(completed.Test.Top1 > 0.9, $"test {completed.Test.Top1}");
        Assert.True(completed.Validation!.Top1 > 0.9, $"validation {completed.Validation.Top1}");
        Assert.Equal(72, completed.Validation.Confusion.Sum());
        Assert.Equal(completed.Validation, Assert.Single(record.Epochs).Evaluation);
        Assert.Equal(before, Backbone(trainer));
        var again = new Evaluator(plan.Test, plan.Preprocessor).Evaluate(trainer.Network, ScalarType.Float32, CPU, CancellationToken.None);
        Assert.Equal(again.Loss, completed.Test.Loss);
        Assert.False(completed.IsTimeUp);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task RunAsync_Twice_GivesTheSameBits()
    {
        var plan = Samples.Plan(Settings);

        Assert.Equal(await HeadAsync(plan), await HeadAsync(plan));
    }

    [Fact]
    public async Task RunAsync_FeaturesKeptByAnEarlierRun_GiveTheSameClassifier()
    {
        using var folder = new TestFolder();
        var plan = Samples.Plan(Settings) with { Features = new FeatureCache(new LocalCache(folder.Path, TimeProvider.System)) };

        var first = await HeadAsync(plan);
        var kept = Assert.Single(Directory.GetFiles(folder.Path));
        File.SetLastWriteTimeUtc(kept, DateTime.UnixEpoch);

        Assert.Equal(first, await HeadAsync(plan));
        Assert.NotEqual(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(Assert.Single(Directory.GetFiles(folder.Path))));
    }

    [Fact]
    public async Task RunAsync_TimeUpWhileItLooks_FitsToWhatItHasSeen()
    {
        using var timeUp = new CancellationTokenSource();
        var plan = Samples.Plan(Settings) with { Train = Samples.Images(640, 3, 1) };
        using var trainer = new HeadTrainer(plan, new RunRecord(timeUp, 2), TimeProvider.System, NullLogger.Instance);

        var completed = Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, CancellationToken.None, timeUp.Token));

        Assert.True(completed.IsTimeUp);
        Assert.Equal(128, completed.Validation!.Confusion.Sum());
        Assert.True(completed.Test.Top1 > 0.9, $"test {completed.Test.Top1}");
    }

    [Fact]
    public async Task RunAsync_Stopped_HasNoCheckpointAndNoResult()
    {
        using var stop = new CancellationTokenSource();
        var record = new RunRecord(stop, 1);
        using var trainer = new HeadTrainer(Samples.Plan(Settings), record, TimeProvider.System, NullLogger.Instance);

        Assert.IsType<TrainingOutcome.Stopped>(await trainer.RunAsync(null, stop.Token));
        Assert.Empty(record.Checkpoints);
    }

    private static async Task<byte[]> HeadAsync(TrainingPlan plan)
    {
        using var trainer = new HeadTrainer(plan, new RunRecord(new CancellationTokenSource(), null), TimeProvider.System, NullLogger.Instance);
        Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, CancellationToken.None));
        var classifier = trainer.Network.NamedState().Where(s => s.Name.StartsWith("fc.", StringComparison.Ordinal));
        return TensorArchive.Save(classifier, new Dictionary<string, string>());
    }

    private static byte[] Backbone(HeadTrainer trainer) => TensorArchive.Save(
        trainer.Network.NamedState().Where(s => !s.Name.StartsWith("fc.", StringComparison.Ordinal)), new Dictionary<string, string>());
}
