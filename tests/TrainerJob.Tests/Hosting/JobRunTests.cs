using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Hosting;

public sealed class JobRunTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task ExecuteAsync_LimitInMinutes_PublishesWhatItHasAndSaysSo()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs);

        // What earlier attempts used counts: three seconds are left.
        var job = await host.RunAsync(Request("limited", 1000) with { MaxMinutes = 1 }, j => j with { TrainedSeconds = 57 });

        Assert.Equal((JobState.Succeeded, "time-limit"), (job.State, job.Reason!.Code));
        Assert.Contains("1 minute ", job.Reason.Message, StringComparison.Ordinal);
        Assert.True(job.Progress!.Step < job.Progress.Steps, $"step {job.Progress.Step} of {job.Progress.Steps}");
        var found = await host.Services.GetRequiredService<CheckpointStore>().FindLatestAsync(job, null, None);
        Assert.Equal(job.Progress.Step, found!.Value.Checkpoint.Position.Step);
        var version = await host.Services.GetRequiredService<ModelRegistry>().FindVersionAsync("limited", job.Version!.Value, None);
        Assert.True(version!.Parity.Passed);
    }

    [Fact]
    public async Task ExecuteAsync_TargetReached_PublishesBeforeTheScheduleEnds()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs);
        var target = TrainerHost.Top1OfAnyNetwork;
        var request = Request("target", 200) with
        {
            Overrides = new SettingOverrides { Epochs = 200, BatchSize = 32, TargetTop1 = target, EmaDecay = 0.9 },
        };

        var job = await host.RunAsync(request);

        Assert.Equal(JobState.Succeeded, job.State);
        Assert.True(job.Progress!.Step < job.Progress.Steps, $"step {job.Progress.Step} of {job.Progress.Steps}");
        Assert.Equal(target, job.Progress.Top1);
        var version = await host.Services.GetRequiredService<ModelRegistry>().FindVersionAsync("target", job.Version!.Value, None);
        Assert.Equal(job.Progress.Top1, version!.Top1);
        Assert.True(version.Parity.Passed);
    }

    [Fact]
    public async Task ExecuteAsync_LossExplodes_FailsWithTheStepAndWhatToTry()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs);
        var request = Request("diverges", 50) with
        {
            Overrides = new SettingOverrides { Epochs = 50, BatchSize = 32, LearningRate = 10, WeightDecay = 1, Momentum = 0.999 },
        };

        var job = await host.RunAsync(request);

        Assert.Equal((JobState.Failed, "loss-diverged"), (job.State, job.Reason!.Code));
        Assert.Matches("at step [0-9]+.*lower learning rate than 10.*gradientClip", job.Reason.Message);
    }

    [Fact]
    public async Task ExecuteAsync_MoreMemoryThanThereIs_IsRefusedBeforeTheFirstStep()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs, o => o with { MemoryBytes = 20_000_000 });

        var job = await host.RunAsync(Request("too-large", 1) with { Overrides = new SettingOverrides { BatchSize = 4096 } });

        Assert.Equal((JobState.Failed, "out-of-memory"), (job.State, job.Reason!.Code));
        Assert.Contains("What would fit: batches of ", job.Reason.Message, StringComparison.Ordinal);
        Assert.Null(job.Progress);
    }

    private static TrainingRequest Request(string name, int epochs) => new()
    {
        Model = "WRN-10-1",
        Dataset = TrainerHost.Dataset,
        Recipe = "fast/shapes10",
        PublishAs = name,
        Overrides = new SettingOverrides { Epochs = epochs, BatchSize = 32 },
    };
}
