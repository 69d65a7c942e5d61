using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Safetensors;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Training;

/// <summary>Runs that start from the weights of an earlier one.</summary>
public sealed class TransferLearningTests
{
    private static readonly TrainingSettings Settings = Samples.Settings with { Epochs = 2, LabelSmoothing = 0 };

    [Fact]
    public async Task Initialise_OtherClasses_TrainsANewHeadOnTheOldBackbone()
    {
        var source = await SourceAsync();

        var run = await StartAsync(FourClasses(Freeze.None), source, newHead: true);

        Assert.IsType<TrainingOutcome.Completed>(run.Outcome);
        var (before, after) = (Tensors(source), Model(run));
        Assert.Equal([4L, 64], after["fc.weight"].Shape);
        Assert.All(
            before.Keys.Where(n => !n.StartsWith("fc.", StringComparison.Ordinal)),
            name => Assert.False(Same(before[name], after[name]), name));
    }

    [Fact]
    public async Task Initialise_SameClasses_StartsWhereTheSourceStood()
    {
        var source = await SourceAsync();
        var plan = Samples.Plan(Settings with { MaxSteps = 1, LearningRate = 1e-8 });

        var run = await StartAsync(plan, source, newHead: false);

        var (before, after) = (Tensors(source), Model(run));
        Assert.Equal(Values(before["fc.weight"]), Values(after["fc.weight"]), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(Freeze.Backbone, new[] { "conv1", "group1", "group2", "group3", "bn" })]
    [InlineData(Freeze.Group3, new[] { "conv1", "group1", "group2", "group3" })]
    [InlineData(Freeze.Group1, new[] { "conv1", "group1" })]
    [InlineData(Freeze.Stem, new[] { "conv1" })]
    public async Task RunAsync_Frozen_LeavesThatPartBitForBit(Freeze freeze, string[] frozen)
    {
        var source = await SourceAsync();

        var run = await StartAsync(FourClasses(freeze), source, newHead: true);

        var (before, after) = (Tensors(source), Model(run));
        foreach (var name in before.Keys.Where(n => !n.StartsWith("fc.", StringComparison.Ordinal)))
            Assert.True(Same(before[name], after[name]) == frozen.Contains(name.Split('.')[0], StringComparer.Ordinal), name);
        Assert.DoesNotContain(
            Tensors(run.Last.Files[CheckpointFiles.OptimizerFile].ToBytes()).Keys,
            n => frozen.Contains(n.Split('.')[0], StringComparer.Ordinal));
    }

    [Fact]
    public async Task RunAsync_FrozenBackbone_StillLearns()
    {
        var source = await Samples.RunAsync(Samples.Plan(Samples.Settings with { Epochs = 8, Dropout = 0 }));
        var plan = Samples.Plan(Samples.Settings with { Epochs = 8, LearningRate = 0.2, LabelSmoothing = 0 }) with { Freeze = Freeze.Backbone };

        var run = await StartAsync(plan, source.Last.Files[CheckpointFiles.ModelFile].ToBytes(), newHead: true);

        Assert.True(run.Epochs[^1].TrainLoss < run.Epochs[0].TrainLoss - 0.1, $"{run.Epochs[0].TrainLoss} → {run.Epochs[^1].TrainLoss}");
        Assert.True(run.Epochs[^1].Evaluation.Top1 > 0.9, $"top-1 {run.Epochs[^1].Evaluation.Top1}");
    }

    [Theory]
    [InlineData(Freeze.None)]
    [InlineData(Freeze.Backbone)]
    public async Task RunAsync_ResumedWithoutTheSource_EndsBitForBitLikeAnUninterruptedRun(Freeze freeze)
    {
        var source = await SourceAsync();
        var plan = FourClasses(freeze);

        var whole = await StartAsync(plan, source, newHead: true);
        var first = await StartAsync(plan, source, newHead: true, stopAfterStep: 5);
        var second = await Samples.RunAsync(plan, first.Last);

        Assert.Equal(new TrainingOutcome.Stopped(5), first.Outcome);
        Assert.Equal(RunRecord.Hash(whole.Last), RunRecord.Hash(second.Last));
    }

    [Fact]
    public async Task Initialise_WeightsThatDoNotFit_IsRefusedAndChangesNothing()
    {
        var source = await SourceAsync();
        var wide = (await Samples.RunAsync(Samples.Plan(Settings with { MaxSteps = 1 }, "WRN-10-2"))).Last.Files[CheckpointFiles.ModelFile].ToBytes();
        using var stop = new CancellationTokenSource();
        using var trainer = Samples.Trainer(FourClasses(Freeze.None), new RunRecord(stop, null));
        var before = State(trainer);

        Assert.Contains("conv1.weight", Refusal(trainer, Without(source, "conv1.weight"), true), StringComparison.Ordinal);
        Assert.Contains("'extra'", Refusal(trainer, With(source, "extra"), true), StringComparison.Ordinal);
        Assert.Contains("fc.bias", Refusal(trainer, source, false), StringComparison.Ordinal);
        Assert.Contains("shortcut", Refusal(trainer, wide, true), StringComparison.Ordinal);
        Assert.Contains("damaged", Refusal(trainer, source[..^1], true), StringComparison.Ordinal);
        Assert.Equal(before, State(trainer));
    }

    [Fact]
    public async Task Initialise_CountsOfBatches_ArePassedOver()
    {
        var source = await SourceAsync();
        using var stop = new CancellationTokenSource();
        using var trainer = Samples.Trainer(Samples.Plan(Settings), new RunRecord(stop, null));

        trainer.Initialise(With(source, "bn.num_batches_tracked"), newHead: false);

        Assert.Equal(source, State(trainer));
    }

    private static async Task<byte[]> SourceAsync() =>
        (await Samples.RunAsync(Samples.Plan(Settings with { MaxSteps = 4 }))).Last.Files[CheckpointFiles.ModelFile].ToBytes();

    private static TrainingPlan FourClasses(Freeze freeze) =>
        Samples.Plan(Settings) with { Train = Samples.Images(72, 4, 3), Test = Samples.Images(30, 4, 4), Freeze = freeze };

    private static async Task<RunRecord> StartAsync(TrainingPlan plan, byte[] weights, bool newHead, int? stopAfterStep = null)
    {
        using var stop = new CancellationTokenSource();
        var record = new RunRecord(stop, stopAfterStep);
        using var trainer = Samples.Trainer(plan, record);
        trainer.Initialise(weights, newHead);
        record.Outcome = await trainer.RunAsync(null, stop.Token);
        return record;
    }

    private static string Refusal(Trainer trainer, byte[] weights, bool newHead)
    {
        var refusal = Assert.Throws<WrnException>(() => trainer.Initialise(weights, newHead));
        Assert.Equal(ErrorCatalogue.InitInvalid, refusal.Error);
        return refusal.Message;
    }

    private static byte[] Without(byte[] weights, string name) =>
        new SafetensorsFile(Tensors(weights).Where(t => t.Key != name).ToDictionary(), new Dictionary<string, string>()).ToBytes();

    private static byte[] With(byte[] weights, string name)
    {
        var tensors = Tensors(weights).Append(new(name, new SafetensorsTensor(TensorType.I64, [], new byte[8]))).ToDictionary();
        return new SafetensorsFile(tensors, new Dictionary<string, string>()).ToBytes();
    }

    private static byte[] State(Trainer trainer) =>
        TensorArchive.Save(trainer.Network.NamedState(), new Dictionary<string, string> { ["format"] = "pt", ["network"] = "WRN-10-1" });

    private static IReadOnlyDictionary<string, SafetensorsTensor> Model(RunRecord run) =>
        Tensors(run.Last.Files[CheckpointFiles.ModelFile].ToBytes());

    private static IReadOnlyDictionary<string, SafetensorsTensor> Tensors(byte[] file) => SafetensorsFile.Read(file).Tensors;

    private static bool Same(SafetensorsTensor a, SafetensorsTensor b) => a.Data.Span.SequenceEqual(b.Data.Span);

    private static float[] Values(SafetensorsTensor tensor) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
}
