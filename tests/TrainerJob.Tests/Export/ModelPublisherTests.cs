using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Hosting;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Export;

public sealed class ModelPublisherTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly ModelRegistry _registry = new(azurite.Blobs, TimeProvider.System);

    [Fact]
    public async Task PublishAsync_TrainedModel_WritesWhatItsReceiptAndManifestSay()
    {
        using var sample = await TrainedSample.CreateAsync();
        var job = Named(sample.Job, "whole", "0000000000000000000a");
        await WriteMetricsAsync(job, 1, new MetricPoint(1, 4, 1, 1.5, 0.1, 100), new MetricPoint(1, 5, 1, 1.5, 0.1, 100));
        await WriteMetricsAsync(job, 2, new MetricPoint(2, 8, 2, 1.25, 0.1, 100, 1.4, 0.5, 1));

        var manifest = await Publisher().PublishAsync(job, 1, sample.Model, None);

        Assert.True(manifest.Parity.Passed);
        Assert.Equal(
            [
                "card.md",
                "confusion.png",
                "curves.png",
                "evaluation.json",
                "model.onnx",
                "receipt.json",
                "reliability.png",
                .. Enumerable.Range(1, 8).Select(i => $"samples/{i}.png"),
                "samples/expected.json", "signature.json", "weights.safetensors",
            ],
            manifest.Files.Select(f => f.Name).Where(n => n != "mistakes.png").Order(StringComparer.Ordinal));
        foreach (var file in manifest.Files)
            Assert.Equal(file.Sha256, Convert.ToHexStringLower(SHA256.HashData(await ReadAsync(manifest, file.Name))));
        var receipt = Receipt.Parse(await ReadAsync(manifest, Receipt.FileName));
        Assert.Empty(receipt.DifferencesFrom(manifest));
        Assert.Equal((4L, 2, Samples.Precision), (receipt.Resumes[2].Step, receipt.Threads, receipt.Precision));
        Assert.StartsWith("2.", receipt.Machine.Libtorch, StringComparison.Ordinal);
        Assert.Equal(job.ConfigHash, receipt.Resolved.ConfigHash());
        Assert.Contains("TorchSharp", receipt.Packages.Keys);
        Assert.Contains("(curves.png)", Encoding.UTF8.GetString(await ReadAsync(manifest, "card.md")), StringComparison.Ordinal);
        var picture = await azurite.Blobs.OpenReadAsync(ModelRegistry.ArtifactFolder(manifest.Name, 1, job.Attempt).Child("curves.png"), None);
        Assert.Equal("image/png", picture!.Value.ContentType);
        await picture.Value.Content.DisposeAsync();
    }

    [Fact]
    public async Task PublishAsync_RecordWithoutMetrics_PublishesWithoutCurves()
    {
        using var sample = await TrainedSample.CreateAsync();
        var job = Named(sample.Job, "no-metrics", "0000000000000000000b") with { Resumes = new Dictionary<int, ResumePoint>() };

        var manifest = await Publisher().PublishAsync(job, 1, sample.Model, None);

        Assert.DoesNotContain("curves.png", manifest.Files.Select(f => f.Name));
        Assert.DoesNotContain("curves.png", Encoding.UTF8.GetString(await ReadAsync(manifest, "card.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublishAsync_DamagedMetrics_PublishesAllTheSame()
    {
        using var sample = await TrainedSample.CreateAsync();
        var job = Named(sample.Job, "damaged-metrics", "0000000000000000000c");
        await azurite.Blobs.AppendAsync(JobStore.AttemptFolder(job.Id, 1).Child(MetricsFile.Name), 0, "{\"attempt\":"u8.ToArray(), None);

        var manifest = await Publisher().PublishAsync(job, 1, sample.Model, None);

        Assert.Contains("confusion.png", manifest.Files.Select(f => f.Name));
        Assert.True(manifest.Parity.Passed);
    }

    [Fact]
    public async Task PublishAsync_ExportThatComputesNaN_IsKeptAndNeverServed()
    {
        using var sample = await TrainedSample.CreateAsync();
        sample.Fill("bn.weight", float.NaN);
        var job = Named(sample.Job, "not-a-number", "0000000000000000000d");
        var version = await _registry.ReserveVersionAsync("not-a-number", job.Id, None);

        var manifest = await Publisher().PublishAsync(job, version, sample.Model, None);

        Assert.False(manifest.Parity.Passed);
        Assert.NotNull(await _registry.FindVersionAsync("not-a-number", version, None));
        var refused = await Assert.ThrowsAsync<WrnException>(() => _registry.ResolveAsync("not-a-number", version, null, None));
        Assert.Equal("model-not-servable", refused.Error.Code);
    }

    private static Job Named(Job job, string model, string id) => job with { Id = id, Resolved = job.Resolved with { ModelName = model } };

    private ModelPublisher Publisher() => new(
        _registry,
        azurite.Blobs,
        new MetricsReader(azurite.Blobs),
        new DatasetCatalog(azurite.Blobs),
        new DatasetLoader(
            new DatasetCatalog(azurite.Blobs),
            azurite.Blobs,
            new DatasetCache(new LocalCache(Path.Combine(Path.GetTempPath(), "no-cache"), TimeProvider.System))),
        new StoreRetry(TimeProvider.System, NullLogger<StoreRetry>.Instance),
        TimeProvider.System,
        NullLogger<ModelPublisher>.Instance);

    private async Task WriteMetricsAsync(Job job, int attempt, params MetricPoint[] points)
    {
        var lines = string.Concat(points.Select(p => JsonSerializer.Serialize(p, WrnJson.Compact) + "\n"));
        await azurite.Blobs.AppendAsync(JobStore.AttemptFolder(job.Id, attempt).Child(MetricsFile.Name), 0, Encoding.UTF8.GetBytes(lines), None);
    }

    private async Task<byte[]> ReadAsync(ModelVersion manifest, string file) =>
        (await azurite.Blobs.ReadAsync(ModelRegistry.ArtifactName(manifest.Name, manifest.Version, manifest.Attempt, file), None))!.Bytes.ToArray();
}
