using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using WrnCloud.Batches;
using WrnCloud.Cli;
using WrnCloud.Cli.Api;
using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;
using WrnCloud.EndToEnd.Support;
using WrnCloud.Hosting;
using WrnCloud.Images;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Safetensors;

namespace WrnCloud.EndToEnd;

/// <summary>The main job on real parts: Azurite, the broker, the functions host, the scaler, trainer processes.</summary>
public sealed class PipelineTests(RunningStack stack) : IClassFixture<RunningStack>, IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>A job that a failed test left would hold the only trainer.</summary>
    public async ValueTask DisposeAsync() => await stack.EndJobsAsync();

    [Fact]
    public async Task Train_TinyNetwork_PublishesAVersionThatPredicts()
    {
        var job = await stack.PublishedAsync();

        Assert.Equal(1, job.Version);
        Assert.Equal(20, job.Progress!.Step);
        var model = await stack.Api.GetModelAsync(RunningStack.Model, None);
        var version = Assert.Single(model.Versions);
        Assert.True(version.Parity.Passed);
        Assert.Equal(1, model.Latest);
        string[] expected =
        [
            "card.md", "confusion.png", "curves.png", "evaluation.json", "model.onnx",
            "receipt.json", "reliability.png", "signature.json", "weights.safetensors",
        ];
        Assert.Subset(version.Files.Select(f => f.Name).ToHashSet(), expected.ToHashSet());
        var samples = version.Files.Where(f => f.Name.StartsWith("samples/", StringComparison.Ordinal));
        Assert.Equal(8, samples.Count(f => !f.Name.EndsWith(".json", StringComparison.Ordinal)));
        foreach (var file in version.Files.Where(f => !f.Name.Contains('/', StringComparison.Ordinal)))
        {
            using var response = await stack.Api.OpenArtifactAsync(RunningStack.Model, 1, file.Name, None);
            var bytes = await response.Content.ReadAsByteArrayAsync(None);
            Assert.Equal(file.Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            if (file.Name.EndsWith(".png", StringComparison.Ordinal)) Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        }

        var metrics = (await stack.Api.GetMetricsAsync(job.Id, None)).Items;
        Assert.Equal(2, metrics.Count(m => m.Top1 is not null));
        Assert.Equal(job.Progress.Top1, metrics[^1].Top1);

        var pictures = Shapes10.Generate(3, Shapes10.TestSeed);
        var images = Enumerable.Range(0, 3).Select(i => ($"{i}.png", Png(pictures, i))).ToList();
        var answer = await stack.Api.PredictAsync(Model(RunningStack.Model), images, None);
        Assert.Equal(["0.png", "1.png", "2.png"], answer.Results.Select(r => r.Name));
        Assert.All(answer.Results, r => Assert.Equal(3, r.Top.Count));
        Assert.All(answer.Results, r => Assert.InRange(r.Top.Sum(t => t.P), 0.1, 1.000001));
        Assert.Equal(3, answer.Timings.Batch);

        // The next one's time is told by this one's; a request that stores nothing asks for it.
        var planned = await stack.Api.ResolveAsync(job.Request, None);
        Assert.True(planned.Estimate is { Seconds: > 0 }, $"{planned.Estimate} after {job.TrainedSeconds} s");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Init_FromAPublishedVersion_KeepsWhatIsFrozenAndTrainsTheRest()
    {
        await stack.PublishedAsync();
        var request = Sample.Short("transferred") with { Init = new InitRequest { From = $"{RunningStack.Model}@1", Freeze = Freeze.Backbone } };

        var second = await stack.SubmitAsync(request, "transferred-1");
        await stack.UntilAsync(second.Id, j => j.State == JobState.Succeeded);

        var (source, result) = (await WeightsAsync(RunningStack.Model), await WeightsAsync("transferred"));
        Assert.Equal(source.Keys.Order(), result.Keys.Order());
        Assert.All(
            source.Keys.Where(n => !n.StartsWith("fc.", StringComparison.Ordinal)),
            n => Assert.True(source[n].Data.Span.SequenceEqual(result[n].Data.Span), $"{n} was frozen and has changed."));
        Assert.False(source["fc.weight"].Data.Span.SequenceEqual(result["fc.weight"].Data.Span));
    }

    [Fact]
    public async Task Verify_PublishedVersion_HoldsUntilABitChanges()
    {
        var submitted = await stack.SubmitAsync(Sample.Short("verified"), "verified-1");
        await stack.UntilAsync(submitted.Id, j => j.State == JobState.Succeeded);

        var (code, text) = await Wrn.RunAsync(stack, "models", "verify", "verified@1");

        Assert.True(code == ExitCodes.Ok, text);
        string[] checks = ["receipt", "weights", "signature", "parity on random pictures", "parity on the test set", "top-1 on the test set"];
        foreach (var check in checks)
            Assert.Matches($"{check}.*passed", text);

        var blobs = new BlobServiceClient(stack.Stack.StorageConnectionString);
        var events = blobs.GetBlobContainerClient("jobs")
            .GetBlobsAsync(new GetBlobsOptions { Prefix = $"{submitted.Id}/attempts/1/events.out.tfevents." }, None);
        Assert.True((await events.SingleAsync(None)).Properties.ContentLength > 100);
        var onnx = blobs.GetBlobContainerClient("models").GetBlobClient("verified/1/a1/model.onnx");
        var bytes = (await onnx.DownloadContentAsync(None)).Value.Content.ToArray();
        bytes[bytes.Length / 2] ^= 1;
        await onnx.UploadAsync(new BinaryData(bytes), overwrite: true, None);

        (code, text) = await Wrn.RunAsync(stack, "models", "verify", "verified");

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Matches(@"model\.onnx.*failed.*artifact-damaged", text);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(bytes)), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_ArchiveWithBrokenEntries_EveryEntryEndsExactlyOnce()
    {
        await stack.PublishedAsync();
        var archive = DemoArchive.Of(Shapes10.Generate(30, Shapes10.TestSeed), withBroken: true);

        var id = await BatchUpload.RunAsync(stack.Api, RunningStack.Model, "pictures.zip", archive.Zip, TimeProvider.System, None);
        var batch = await EndedAsync(id);

        Assert.Equal(BatchState.Succeeded, batch.State);
        Assert.Equal((35, 30, 5), (batch.Items, batch.Results, batch.Errors));
        var manifest = JsonSerializer.Deserialize<BatchManifest>(await FileAsync(id, "manifest.json"), WrnJson.Compact)!;
        var results = Lines<BatchItemResult>(await FileAsync(id, "results.jsonl"));
        var errors = Lines<BatchItemError>(await FileAsync(id, "errors.jsonl"));
        Assert.Equal(Enumerable.Range(0, 35), results.Select(r => r.Index).Concat(errors.Select(e => e.Index)).Order());
        Assert.Equal((35, 30, 5), (manifest.Items, results.Count, errors.Count));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(archive.Zip)), manifest.InputSha256);
        Assert.Equal(
            archive.Entries.Select((e, i) => (i, e.ErrorCode)).Where(e => e.ErrorCode is not null),
            errors.Select(e => (e.Index, (string?)e.Code)));
    }

    [Fact]
    public async Task Batch_WhatIsNoArchive_FailsWithItsCode()
    {
        await stack.PublishedAsync();

        var id = await BatchUpload.RunAsync(
            stack.Api, RunningStack.Model, "cut.zip", "PK\u0003\u0004 and then nothing"u8.ToArray(), TimeProvider.System, None);

        var batch = await EndedAsync(id);
        Assert.Equal(BatchState.Failed, batch.State);
        Assert.Equal("archive-invalid", batch.Reason!.Code);
    }

    [Fact]
    public async Task Submit_SameKeyAtOnce_MakesOneJob()
    {
        var request = Sample.Short("one-job");
        var jobs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => stack.SubmitAsync(request, "one-job-1")));

        Assert.Single(jobs.Select(j => j.Id).Distinct());
        var refused = await Assert.ThrowsAsync<ApiException>(() => stack.SubmitAsync(request with { Seed = 7 }, "one-job-1"));
        Assert.Equal("key-reused", refused.Problem.Code);
        await stack.UntilAsync(jobs[0].Id, j => j.State == JobState.Succeeded);
    }

    [Fact]
    public async Task Submit_ManyWrongFields_ReportsEachOfThem()
    {
        var request = Sample.Short("../up") with { Model = "WRN-17-2", Dataset = "http://127.0.0.1/data", Recipe = "none", Seed = -1 };

        var refused = await Assert.ThrowsAsync<ApiException>(() => stack.SubmitAsync(request, "wrong-1"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (HttpStatusCode)refused.Problem.Status);
        Assert.Equal(
            [
                ("/dataset", "url-not-allowed"),
                ("/model", "spec-invalid"),
                ("/publishAs", "name-invalid"),
                ("/recipe", "recipe-unknown"),
                ("/seed", "value-invalid"),
            ],
            refused.Problem.Errors!.Select(e => (e.Pointer, e.Code)).Order());
    }

    [Fact]
    public async Task Submit_MoreMemoryThanThisMachineHas_IsRefusedBeforeItIsQueued()
    {
        var available = (await stack.Api.ResolveAsync(Sample.Short("fits"), None)).TrainerMemoryBytes;
        var request = Sample.Short("too-large") with { Model = "ResNet-1001", Overrides = new SettingOverrides { BatchSize = 4096 } };

        var refused = await Assert.ThrowsAsync<ApiException>(() => stack.SubmitAsync(request, "too-large-1"));

        Assert.Equal(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, available);
        Assert.Equal(("out-of-memory", 422), (refused.Problem.Code, refused.Problem.Status));
    }

    [Fact]
    public async Task Cancel_RunningJob_EndsCancelledAndStaysSo()
    {
        var submitted = await stack.SubmitAsync(Sample.Long("cancelled", 1000), "cancelled-1");
        await stack.UntilAsync(submitted.Id, j => j.Progress is not null);

        await stack.Api.CancelAsync(submitted.Id, None);
        var job = await stack.UntilAsync(submitted.Id, j => j.IsTerminal);

        Assert.Equal(JobState.Cancelled, job.State);
        Assert.Equal(JobState.Cancelled, (await stack.Api.CancelAsync(submitted.Id, None)).State);
        await Assert.ThrowsAsync<ApiException>(() => stack.Api.GetModelAsync("cancelled", None));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Trainer_Terminated_HandsTheJobOnWithoutALostStep()
    {
        Processes.RequireLinux();
        var submitted = await stack.SubmitAsync(Sample.Long("terminated", 12), "terminated-1");
        await stack.UntilAsync(submitted.Id, j => j.Progress?.Step > 20);

        Processes.Signal(stack.LastTrainer(), "TERM");
        var job = await stack.UntilAsync(submitted.Id, j => j.State == JobState.Succeeded);

        Assert.Equal(2, job.Attempt);
        Assert.Equal(0, job.Crashes);
        Assert.Equal(120, job.Progress!.Step);
        var metrics = (await stack.Api.GetMetricsAsync(job.Id, None)).Items;
        Assert.Equal(metrics.Select(m => m.Step).Order(), metrics.Select(m => m.Step));
        Assert.Equal(12, metrics.Count(m => m.Top1 is not null));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Trainer_KilledHard_IsReplacedAndTheJobSucceeds()
    {
        Processes.RequireLinux();
        var submitted = await stack.SubmitAsync(Sample.Long("killed", 20), "killed-1");
        var before = await stack.UntilAsync(submitted.Id, j => j.Progress?.Step > 50);

        Processes.Signal(stack.LastTrainer(), "KILL");

        // The lease is 60 s and the reaper looks every 30 s.
        var job = await stack.UntilAsync(submitted.Id, j => j.State == JobState.Succeeded);
        Assert.Equal(2, job.Attempt);
        Assert.Equal(1, job.Crashes);
        Assert.Equal(1, job.Version);
        Assert.True(job.ResumedFrom!.Step > 0, "The second attempt began from nothing.");
        Assert.True(before.Progress!.Step - job.ResumedFrom.Step <= 2 * 10, $"From step {before.Progress.Step} back to {job.ResumedFrom.Step}.");
    }

    private static ModelReference Model(string text) =>
        ModelReference.TryParse(text, out var reference, out var problem) ? reference : throw new ArgumentException(problem, nameof(text));

    private static byte[] Png(LabelledImages images, int index) =>
        ImageEncoder.Png(ImagePlanes.Interleave(images.Pixels.AsSpan(index * LabelledImages.ImageBytes, LabelledImages.ImageBytes)), 32, 32);

    private static List<T> Lines<T>(byte[] jsonl) =>
        [
            .. System.Text.Encoding.UTF8.GetString(jsonl)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonSerializer.Deserialize<T>(l, WrnJson.Compact)!),
        ];

    private async Task<IReadOnlyDictionary<string, SafetensorsTensor>> WeightsAsync(string model)
    {
        using var response = await stack.Api.OpenArtifactAsync(model, 1, "weights.safetensors", None);
        return SafetensorsFile.Read(await response.Content.ReadAsByteArrayAsync(None)).Tensors;
    }

    private async Task<byte[]> FileAsync(string id, string file)
    {
        using var response = await stack.Api.OpenBatchFileAsync(id, file, None);
        return await response.Content.ReadAsByteArrayAsync(None);
    }

    // Progress of a batch is its items; the end is generous, as another process may have the cores.
    private async Task<BatchStatus> EndedAsync(string id)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (true)
        {
            var batch = await stack.Api.GetBatchAsync(id, None);
            if (batch.State is BatchState.Succeeded or BatchState.Failed) return batch;
            Assert.True(clock.GetElapsedTime(start).TotalMinutes < 10, $"After 10 minutes the batch is {batch.State}.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), clock);
        }
    }
}
