using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using WrnCloud.Contracts.Models;
using WrnCloud.Errors;
using WrnCloud.Functions.Scoring;
using WrnCloud.Functions.Tests.Scoring;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Models;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>Loading models from a real store.</summary>
public sealed class ModelCacheTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Use_AfterAFailedLoad_TriesAnew()
    {
        var bytes = "no model"u8.ToArray();
        var version = SampleModels.Version("m" + new RandomIdSource().NewWriteId(), 1, "job1") with
        {
            Files = [new ArtifactFile(ModelCache.OnnxFile, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)))],
        };
        using var cache = Cache();

        var failures = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => FailureAsync(cache, version)));
        Assert.All(failures, f => Assert.EndsWith("is missing.", f.Message, StringComparison.Ordinal));

        await azurite.Blobs.TryCreateAsync(
            ModelRegistry.ArtifactFolder(version.Name, 1, 1).Child(ModelCache.OnnxFile), bytes, "application/octet-stream", Token);
        Assert.StartsWith("The model is not an ONNX file", (await FailureAsync(cache, version)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Use_MoreModelsThanFit_DropsTheIdleAndWaitsForTheBusy()
    {
        var (first, second) = (await PublishAsync(), await PublishAsync());
        using var cache = Cache();

        var lease = await cache.UseAsync(first, Token);
        var waiting = cache.UseAsync(second, Token);
        using (var again = await cache.UseAsync(first, Token)) Assert.Same(lease.Onnx, again.Onnx);
        Assert.False(waiting.IsCompleted);

        lease.Dispose();

        (await waiting).Dispose();
        Assert.InRange(cache.Bytes, 1, 16L << 20);
        (await cache.UseAsync(first, Token)).Dispose();
        Assert.InRange(cache.Bytes, 1, 16L << 20);
    }

    [Fact]
    public async Task Use_ModelLargerThanTheLimit_IsNotServableAndNamesTheSetting()
    {
        var version = await PublishAsync();
        using var cache = Cache();

        var failure = await FailureAsync(cache, version with { Files = [version.Files[0] with { Length = 64L << 20 }] });

        Assert.Contains("Scoring__ModelMegabytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Use_WaiterThatLeaves_HoldsNothing()
    {
        var (first, second) = (await PublishAsync(), await PublishAsync());
        using var cache = Cache();
        var lease = await cache.UseAsync(first, Token);
        using var gone = new CancellationTokenSource();
        var waiting = cache.UseAsync(second, gone.Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        lease.Dispose();
        (await cache.UseAsync(second, Token)).Dispose();
    }

    // One model's session fits, two don't.
    private ModelCache Cache() => new(azurite.Blobs, Options.Create(new ScoringOptions { ModelMegabytes = 16 }));

    private async Task<ModelVersion> PublishAsync()
    {
        var bytes = new OnnxFile().Build();
        var version = SampleModels.Version("m" + new RandomIdSource().NewWriteId(), 1, "job1") with
        {
            Files = [new ArtifactFile(ModelCache.OnnxFile, bytes.Length, OnnxFile.Hash(bytes))],
        };
        await azurite.Blobs.TryCreateAsync(
            ModelRegistry.ArtifactFolder(version.Name, 1, 1).Child(ModelCache.OnnxFile), bytes, "application/octet-stream", Token);
        return version;
    }

    private static async Task<WrnException> FailureAsync(ModelCache cache, ModelVersion version)
    {
        var failure = await Assert.ThrowsAsync<WrnException>(async () => (await cache.UseAsync(version, Token)).Dispose());
        Assert.Equal(ErrorCatalogue.ModelNotServable, failure.Error);
        return failure;
    }
}
