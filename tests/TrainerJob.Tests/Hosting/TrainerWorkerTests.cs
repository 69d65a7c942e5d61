using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.TrainerJob.Hosting;
using WrnCloud.TrainerJob.Runtime;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Hosting;

public sealed class TrainerWorkerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    // The first step of this takes seconds on one thread, far longer than the holder needs to see a change of the record.
    private const string SlowModel = "WRN-10-8";
    private const string ThreadStarted = "Training WRN-10-8";
    private const string ThreadEnded = "Stopped after step";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task RunAsync_CancelledJobsAhead_CompletesTheirMessagesAndRunsOneJob()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs);
        for (var i = 0; i < 12; i++) await host.CancelAsync((await host.SubmitAsync(TrainerHost.Request("void"))).Id);
        var first = await host.SubmitAsync(TrainerHost.Request("first", 1));
        var second = await host.SubmitAsync(TrainerHost.Request("second", 1));

        Assert.Equal(0, await host.Worker.RunAsync(None));

        Assert.Equal(JobState.Succeeded, (await host.ReadAsync(first.Id)).State);
        Assert.Equal(JobState.Queued, (await host.ReadAsync(second.Id)).State);
        Assert.Equal([$"{second.Id}.1"], await host.WaitingAsync());
    }

    [Fact]
    public async Task RunAsync_NothingButCancelledJobs_EndsWithAnEmptyQueue()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs, o => o with { ReceiveWait = TimeSpan.FromSeconds(1) });
        for (var i = 0; i < 3; i++) await host.CancelAsync((await host.SubmitAsync(TrainerHost.Request("void"))).Id);

        Assert.Equal(0, await host.Worker.RunAsync(None));

        Assert.Empty(await host.WaitingAsync());
    }

    [Fact]
    public async Task RunAsync_CancelDuringAStep_WritesCancelledWithoutWaitingForTheStep()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs, Quick);
        var job = await host.SubmitAsync(Slow("cancelled"));
        var running = host.Worker.RunAsync(None);
        await host.Log.SeenAsync(ThreadStarted);

        await host.CancelAsync(job.Id);
        Assert.Equal(0, await running);
        var ended = host.Log.IndexOf(ThreadEnded);

        Assert.Equal(JobState.Cancelled, (await host.ReadAsync(job.Id)).State);
        Assert.Equal(-1, ended);
        Assert.True(host.Worker.IsComputing);
        Assert.Empty(await host.WaitingAsync());
        await host.Log.SeenAsync(ThreadEnded);
    }

    [Fact]
    public async Task RunAsync_FollowWithALostLease_TakesTheNextJobOnlyAfterTheThreadHasEnded()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs, o => Quick(o) with { Follow = true });
        using var shutdown = new CancellationTokenSource();
        var lost = await host.SubmitAsync(Slow("lost"));
        var next = await host.SubmitAsync(TrainerHost.Request("next", 1));
        var running = host.Worker.RunAsync(shutdown.Token);
        await host.Log.SeenAsync(ThreadStarted);

        // As another trainer's claim does.
        await host.Jobs.UpdateAsync(lost.Id, s => s.Job with { Attempt = s.Job.Attempt + 1 }, None);
        await host.Log.SeenAsync($"{next.Id} published");
        await shutdown.CancelAsync();

        Assert.Equal(0, await running);
        Assert.InRange(host.Log.IndexOf(ThreadEnded), 0, host.Log.IndexOf($"{next.Id} claimed"));
        Assert.Equal((JobState.Running, 2), ((await host.ReadAsync(lost.Id)).State, (await host.ReadAsync(lost.Id)).Attempt));
        Assert.Equal(JobState.Succeeded, (await host.ReadAsync(next.Id)).State);
    }

    [Fact]
    public async Task RunAsync_GpuRequiredAndNoneThere_LeavesTheJobToOthersAndFailsItInTheEnd()
    {
        if (NativeRuntime.Prepare(2).Gpu is not null) Assert.Skip("There is a GPU.");
        await using var host = await TrainerHost.StartAsync(azurite.Blobs, o => o with { RequireGpu = true });
        var job = await host.SubmitAsync(TrainerHost.Request("gpu", 1));

        Assert.Equal(1, await host.Worker.RunAsync(None));

        var interrupted = await host.ReadAsync(job.Id);
        Assert.Equal((JobState.Interrupted, "gpu-unavailable", 0), (interrupted.State, interrupted.Reason!.Code, interrupted.Attempt));
        Assert.Equal(Precision.Auto, interrupted.Resolved.Settings.Precision);
        Assert.Equal([$"{job.Id}.2"], await host.WaitingAsync());

        for (var trainer = 0; trainer < JobTransitions.MaxCrashes; trainer++) Assert.Equal(1, await host.Worker.RunAsync(None));

        var failed = await host.ReadAsync(job.Id);
        Assert.Equal((JobState.Failed, "gpu-unavailable"), (failed.State, failed.Reason!.Code));
        Assert.Contains("Trainer__RequireGpu", failed.Reason.Message, StringComparison.Ordinal);
        Assert.Empty(await host.WaitingAsync());
    }

    private static TrainerOptions Quick(TrainerOptions options) => options with { WatchEvery = TimeSpan.FromSeconds(0.05), Threads = 1 };

    private static TrainingRequest Slow(string name) =>
        TrainerHost.Request(name) with { Model = SlowModel, Overrides = new SettingOverrides { Epochs = 100, BatchSize = 32 } };
}
