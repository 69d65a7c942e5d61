using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Hosting;

/// <summary>A store that goes away while a job is held, at each phase of a run: the job waits for it and ends as if nothing had been.</summary>
[Trait("Category", "Slow")]
public sealed class StoreAwayTests
{
    private const string Model = "away";
    private const string Index = "^PUT .*/models/away/index.json";
    private const string Manifest = "^PUT .*/models/away/1/manifest.json";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(3);

    [Fact]
    public Task ExecuteAsync_StoreAwayDuringPublication_WaitsAndPublishesOneVersion() =>
        RunAsync("^PUT .*/models/away/1/a1/model.onnx", null, restart: true);

    [Theory]
    [InlineData("^GET .*/datasets/.*/manifest.json", null)]
    [InlineData("^GET .*/datasets/.*/train.bin", null)]
    [InlineData("^GET .*/jobs.*comp=list", null)]
    [InlineData(Index, null)]
    [InlineData("^PUT .*/job.json", Index)]
    [InlineData("^PUT .*/models/away/1/a1/receipt.json", null)]
    [InlineData(Manifest, null)]
    [InlineData("^PUT .*/job.json", Manifest)]
    public async Task ExecuteAsync_StoreEndedAndStartedAgain_WaitsAndPublishesOneVersion(string request, string? after)
    {
        await RunAsync(request, after, restart: true);
        await RunAsync(request, after, restart: false);
    }

    [Fact]
    public async Task ExecuteAsync_StoreAwayBeforeTheStartingWeights_WaitsForThem()
    {
        await using var azurite = await RestartableAzurite.CreateAsync();
        await using (var first = await TrainerHost.StartAsync(azurite.Blobs()))
            Assert.Equal(JobState.Succeeded, (await first.RunAsync(TrainerHost.Request("source", 2))).State);
        var outage = new Outage(azurite, Pattern("^GET .*/models/source/1/a1/weights.safetensors"), null, restart: true);
        await using var host = await TrainerHost.StartAsync(azurite.Blobs(outage));
        outage.IsArmed = true;

        var job = await host.RunAsync(TrainerHost.Request(Model, 2) with { Init = new InitRequest { From = "source@1" } });

        await AssertPublishedAsync(host, job, outage);
    }

    [Fact]
    public async Task ExecuteAsync_StoreAwayBeforeTheCheckpoint_ResumesFromIt()
    {
        await using var azurite = await RestartableAzurite.CreateAsync();
        var outage = new Outage(azurite, Pattern("^GET .*/checkpoints/[0-9]+/model.safetensors"), null, restart: true);
        await using var host = await TrainerHost.StartAsync(azurite.Blobs(outage), o => o with { WatchEvery = TimeSpan.FromSeconds(0.1) });
        using var shutdown = new CancellationTokenSource();
        var submitted = await host.SubmitAsync(TrainerHost.Request(Model) with { Overrides = new SettingOverrides { Epochs = 200, BatchSize = 32 } });
        var running = host.Worker.RunAsync(shutdown.Token);
        await host.Log.SeenAsync("Training WRN-10-1");
        await shutdown.CancelAsync();
        Assert.Equal(0, await running);
        await host.Jobs.UpdateAsync(
            submitted.Id, s => s.Job with { Resolved = s.Job.Resolved with { Settings = s.Job.Resolved.Settings with { MaxSteps = 5 } } }, None);
        outage.IsArmed = true;

        Assert.Equal(0, await host.Worker.RunAsync(None));

        var job = await host.ReadAsync(submitted.Id);
        await AssertPublishedAsync(host, job, outage);
        Assert.Equal((2, 1), (job.Attempt, job.ResumedFrom!.Attempt));
    }

    private static async Task RunAsync(string request, string? after, bool restart)
    {
        await using var azurite = await RestartableAzurite.CreateAsync();
        var outage = new Outage(azurite, Pattern(request), after is null ? null : Pattern(after), restart);
        await using var host = await TrainerHost.StartAsync(azurite.Blobs(outage));
        var submitted = await host.SubmitAsync(TrainerHost.Request(Model, 2));
        outage.IsArmed = true;

        Assert.Equal(0, await host.Worker.RunAsync(None));

        await AssertPublishedAsync(host, await host.ReadAsync(submitted.Id), outage);
    }

    private static async Task AssertPublishedAsync(TrainerHost host, Job job, Outage outage)
    {
        Assert.True(outage.Happened, "The store was never away.");
        Assert.Equal((JobState.Succeeded, 1), (job.State, job.Version));
        var index = await host.Services.GetRequiredService<ModelRegistry>().FindAsync(Model, None);
        Assert.Equal([1], index!.Versions.Select(v => v.Version));
        Assert.Empty(await host.WaitingAsync());
    }

    private static Regex Pattern(string request) => new(request, RegexOptions.NonBacktracking);

    /// <summary>Takes the store away before the first request that fits, and brings it back some seconds later.</summary>
    private sealed class Outage(RestartableAzurite azurite, Regex request, Regex? after, bool restart) : HttpPipelinePolicy
    {
        private int _claimed;
        private bool _isDue = after is null;

        public bool IsArmed { get; set; }

        public bool Happened { get; private set; }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var line = $"{message.Request.Method} {message.Request.Uri}";
            if (IsArmed && _isDue && request.IsMatch(line) && Interlocked.Exchange(ref _claimed, 1) == 0) await BeginAsync();
            if (after?.IsMatch(line) == true) _isDue = true;
            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

        private async Task BeginAsync()
        {
            Happened = true;
            if (restart) await azurite.StopAsync();
            else azurite.Signal("STOP");
            _ = Task.Run(async () =>
            {
                await Task.Delay(Away, TimeProvider.System);
                if (restart) await azurite.StartAsync();
                else azurite.Signal("CONT");
            });
        }
    }
}
