using System.Security.Cryptography;
using WrnCloud.Contracts.Models;
using WrnCloud.Errors;
using WrnCloud.Functions.Scoring;
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
        using var cache = new ModelCache(azurite.Blobs);

        var failures = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => FailureAsync(cache, version)));
        Assert.All(failures, f => Assert.EndsWith("is gone.", f.Message, StringComparison.Ordinal));

        await azurite.Blobs.TryCreateAsync(ModelRegistry.ArtifactFolder(version.Name, 1, 1).Child(ModelCache.OnnxFile), bytes, "application/octet-stream", Token);
        Assert.StartsWith("The model is not an ONNX file", (await FailureAsync(cache, version)).Message, StringComparison.Ordinal);
    }

    private static async Task<WrnException> FailureAsync(ModelCache cache, ModelVersion version)
    {
        var failure = await Assert.ThrowsAsync<WrnException>(async () => (await cache.UseAsync(version, Token)).Dispose());
        Assert.Equal(ErrorCatalogue.ModelNotServable, failure.Error);
        return failure;
    }
}
