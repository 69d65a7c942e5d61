using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Training;

/// <summary>Ways that are tried one after the other, of which validation images choose.</summary>
public sealed class AutoTrainerTests
{
    private static readonly TrainingSettings Settings = Samples.Settings with
    {
        Method = TrainingMethod.Auto,
        Epochs = 2,
        Dropout = 0,
        LearningRate = 0.01,
    };

    [Fact]
    public async Task RunAsync_ClassifierThatIsRightAlready_IsPublishedAndNothingElseTried()
    {
        var record = new RunRecord(new CancellationTokenSource(), null);
        using var trainer = Auto(Plan(Samples.Images), Noise, record);

        var completed = Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, CancellationToken.None));

        Assert.Equal([true, false, false], completed.Tried!.Select(t => t.Published));
        Assert.All(completed.Tried!.Skip(1), t => Assert.NotNull(t.Reason));
        Assert.Equal((TrainingMethod.Head, 1), (trainer.Plan.Settings.Method, completed.Step));
        Assert.True(completed.Test.Top1 > 0.9, $"test {completed.Test.Top1}");
        Assert.Equal(1, Assert.Single(record.Epochs).Step);
        Assert.Null(completed.Resolved);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task RunAsync_ImagesThatTheSmallNetworkAloneCanTellApart_PublishesIt()
    {
        using var trainer = Auto(Plan(Noise), Samples.Images, new RunRecord(new CancellationTokenSource(), null));

        var completed = Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, CancellationToken.None));

        Assert.Equal([false, true, false], completed.Tried!.Select(t => t.Published));
        Assert.Equal("WRN-10-1", completed.Resolved!.Model);
        Assert.Null(trainer.Plan.Settings.Method);
        Assert.True(completed.Test.Top1 > 0.9, $"test {completed.Test.Top1}");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task RunAsync_TimeForAll_TriesAllAndPublishesOne()
    {
        var record = new RunRecord(new CancellationTokenSource(), null);
        using var trainer = Auto(Plan(Noise) with { Budget = TimeSpan.FromMinutes(60) }, Noise, record);

        var completed = Assert.IsType<TrainingOutcome.Completed>(await trainer.RunAsync(null, CancellationToken.None));

        Assert.Single(completed.Tried!, t => t.Published);
        Assert.All(completed.Tried!, t => Assert.NotNull(t.Top1));
        Assert.Equal([0, 1, 2], record.Epochs.Select(e => e.Epoch));
        Assert.InRange(completed.Test.Top1, 0.05, 0.7);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task RunAsync_Resumed_EndsWithTheSameWeights()
    {
        var plan = Plan(Noise) with { Budget = TimeSpan.FromMinutes(60) };
        var whole = new RunRecord(new CancellationTokenSource(), null);
        using (var trainer = Auto(plan, Noise, whole)) await trainer.RunAsync(null, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var first = new RunRecord(stop, 13);
        using (var trainer = Auto(plan, Noise, first)) Assert.IsType<TrainingOutcome.Stopped>(await trainer.RunAsync(null, stop.Token));
        var second = new RunRecord(new CancellationTokenSource(), null);

        using (var trainer = Auto(plan, Noise, second)) await trainer.RunAsync(first.Last, CancellationToken.None);

        Assert.Equal(RunRecord.Hash(whole.Last), RunRecord.Hash(second.Last));
    }

    private static AutoTrainer Auto(TrainingPlan plan, Func<int, int, long, LabelledImages> small, RunRecord record)
    {
        var resolved = new ResolvedTraining("WRN-10-1", "m", "d", "", 3, "photo/auto", plan.Settings, 7, null, 1);
        var settings = Samples.Settings with { Dropout = 0, Epochs = 3 };
        var network = new SmallNetwork(
            resolved, _ => Task.FromResult<(TrainingPlan, IDisposable)>((Sets(settings, small), new CancellationTokenSource())));
        return new AutoTrainer(plan, network, record, TimeProvider.System, NullLogger.Instance);
    }

    private static TrainingPlan Plan(Func<int, int, long, LabelledImages> images) => Sets(Settings, images);

    private static TrainingPlan Sets(TrainingSettings settings, Func<int, int, long, LabelledImages> images) =>
        new(Samples.Spec("WRN-10-1"), settings, images(264, 3, 1), images(30, 3, 2), Samples.Statistics, 7, 2) { Validation = images(60, 3, 5) };

    // Labels as in the images of colours, pixels that tell nothing.
    private static LabelledImages Noise(int count, int classes, long seed)
    {
        var images = Samples.Images(count, classes, seed);
        var random = new SplitMix64(seed + 100);
        var pixels = new byte[count * LabelledImages.ImageBytes];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)random.Next(256);
        return new LabelledImages(pixels, images.Labels, images.Classes);
    }
}
