using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Contracts.Jobs;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Hosting;
using WrnCloud.TrainerJob.Tests.Checkpoints;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Hosting;

public sealed class RunReporterTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Job _job = SampleJobs.Accepted() with { Attempt = 1 };

    [Fact]
    public async Task OnCheckpointAsync_StoreThatHangs_NeverKeepsTrainingWaitingAndSavesTheNewest()
    {
        var gate = new Gate();
        var (reporter, metrics) = Reporter(azurite.Through(gate));
        using var closing = metrics;

        for (var step = 10; step <= 50; step += 10)
        {
            var call = reporter.OnCheckpointAsync(CheckpointStoreTests.Checkpoint(step));
            Assert.True(call.IsCompletedSuccessfully);
            await gate.Reached.Task.WaitAsync(TimeSpan.FromSeconds(30), None);
        }

        gate.Open.SetResult();
        await reporter.SaveAllAsync(None);

        var steps = new List<string>();
        await foreach (var path in azurite.Blobs.ListAsync(Containers.Jobs, $"{_job.Id}/attempts/1/checkpoints/", None))
        {
            if (path.EndsWith("manifest.json", StringComparison.Ordinal)) steps.Add(path.Split('/')[^2]);
        }

        Assert.Equal(["0000000010", "0000000050"], steps);
    }

    [Fact]
    public async Task OnEpochAsync_Evaluation_IsKeptInFullAndInTheCurve()
    {
        var (reporter, metrics) = Reporter(azurite.Blobs);
        using var closing = metrics;
        var test = new EvaluationResult(0.5, 0.75, 1, [3, 1, 0, 2, 2, 0, 0, 0, 0]);

        await reporter.OnStepAsync(new StepReport(1, 2, 10, 20, 100, 0.7, 0.1, 5));
        await reporter.OnEpochAsync(new EpochReport(1, 10, 0.6, test, 1));
        await reporter.OnCheckpointAsync(CheckpointStoreTests.Checkpoint(10));
        await reporter.SaveAllAsync(None);

        var name = JobStore.AttemptFolder(_job.Id, 1).Child("evaluations", "0000000010.json");
        var file = await azurite.Blobs.ReadJsonAsync<EvaluationFile>(name, None);
        Assert.Equal([0.75, 0.5, null], file!.PerClass);
        Assert.Equal(test.Confusion, file.Confusion);
        var lines = (await azurite.Blobs.ReadAsync(JobStore.AttemptFolder(_job.Id, 1).Child(MetricsFile.Name), None))!.Bytes;
        Assert.Contains("\"perClass\":[0.75,0.5,null]", System.Text.Encoding.UTF8.GetString(lines.Span), StringComparison.Ordinal);
        var events = new List<string>();
        await foreach (var path in azurite.Blobs.ListAsync(Containers.Jobs, $"{_job.Id}/attempts/1/events.out.tfevents.", None)) events.Add(path);
        var blob = await azurite.Blobs.ReadAsync(BlobName.Of(Containers.Jobs, Assert.Single(events).Split('/')), None);
        var tags = System.Text.Encoding.Latin1.GetString(blob!.Bytes.Span);
        Assert.Contains("test/top1", tags, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnStepAsync_LastStepOfAnEpoch_HasOnePointWithItsEvaluation()
    {
        var (reporter, metrics) = Reporter(azurite.Blobs, new HastyClock());
        using var closing = metrics;

        for (var step = 1; step <= 4; step++)
        {
            await reporter.OnStepAsync(new StepReport(1, 2, step, 8, 100, step, 0.1, 5, step % 2 == 0));
            if (step % 2 == 0) await reporter.OnEpochAsync(new EpochReport(step / 2, step, 0.6, new EvaluationResult(0.5, 0.75, 1, [1]), 1));
        }

        await reporter.SaveAllAsync(None);

        var points = await new MetricsReader(azurite.Blobs).ReadAsync(_job, None);
        Assert.Equal([1L, 2L, 3L, 4L], points.Select(p => p.Step));
        Assert.Equal([null, 0.75, null, 0.75], points.Select(p => p.Top1));
        Assert.Equal(4, reporter.Progress!.Step);
    }

    [Fact]
    public async Task SaveAllAsync_StoreThatFailed_StoresTheCheckpointInTheEnd()
    {
        var refusal = new Refusal();
        var (reporter, metrics) = Reporter(azurite.Through(refusal));
        using var closing = metrics;
        await reporter.OnCheckpointAsync(CheckpointStoreTests.Checkpoint(10));
        await Assert.ThrowsAnyAsync<Exception>(() => reporter.SaveAllAsync(None));

        refusal.IsOver = true;
        await reporter.SaveAllAsync(None);

        var checkpoints = new CheckpointStore(azurite.Blobs, NullLogger<CheckpointStore>.Instance);
        Assert.Equal(10, (await checkpoints.FindLatestAsync(_job, null, None))!.Value.Checkpoint.Position.Step);
    }

    [Fact]
    public async Task FlushAsync_PartIsFull_GoesOnInTheNextAndReadsAsOne()
    {
        using var log = new MetricsLog(azurite.Blobs, _job, maxBlocks: 2);
        for (var step = 1; step <= 5; step++)
        {
            log.Add(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new MetricPoint(1, step, 1, 0.5, 0.1, 10), WrnJson.Compact));
            await log.FlushAsync(None);
        }

        var points = await new MetricsReader(azurite.Blobs).ReadAsync(_job, None);

        Assert.Equal([1L, 2L, 3L, 4L, 5L], points.Select(p => p.Step));
        var folder = JobStore.AttemptFolder(_job.Id, 1);
        foreach (var (part, lines) in new[] { ("metrics.jsonl", 2), ("metrics.2.jsonl", 2), ("metrics.3.jsonl", 1) })
            Assert.Equal(lines, (await azurite.Blobs.ReadAsync(folder.Child(part), None))!.Bytes.Span.Count((byte)'\n'));
    }

    [Fact]
    public async Task OnCheckpointAsync_Fenced_WritesNothing()
    {
        var (reporter, metrics) = Reporter(azurite.Blobs);
        using var closing = metrics;
        reporter.Close();

        await reporter.OnCheckpointAsync(CheckpointStoreTests.Checkpoint(10));
        await reporter.SaveAllAsync(None);

        await foreach (var path in azurite.Blobs.ListAsync(Containers.Jobs, $"{_job.Id}/attempts/1/checkpoints/", None)) Assert.Fail(path);
    }

    private (RunReporter Reporter, MetricsLog Metrics) Reporter(BlobStore blobs, TimeProvider? clock = null)
    {
        var metrics = new MetricsLog(blobs, _job);
        var checkpoints = new CheckpointStore(blobs, NullLogger<CheckpointStore>.Instance);
        var events = new EventLog(blobs, _job, TimeProvider.System);
        return (new RunReporter(_job, metrics, events, checkpoints, blobs, clock ?? TimeProvider.System, NullLogger.Instance), metrics);
    }

    /// <summary>Two seconds pass between any two looks at it.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Add(ref _now, 2);
    }

    /// <summary>A store that answers 503.</summary>
    private sealed class Refusal : HttpPipelinePolicy
    {
        public bool IsOver { get; set; }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (!IsOver) throw new Azure.RequestFailedException(503, "Away.");
            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);
    }

    /// <summary>Holds every request back until it is opened.</summary>
    private sealed class Gate : HttpPipelinePolicy
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            Reached.TrySetResult();
            await Open.Task;
            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);
    }
}
