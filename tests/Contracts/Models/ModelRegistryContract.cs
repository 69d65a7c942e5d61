using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.Contracts.Models;

/// <summary>The registry on a store: versions are reserved once, published once, and aliases move only as asked.</summary>
public abstract class ModelRegistryContract(BlobStore blobs)
{
    private readonly ModelRegistry _registry = new(blobs, TimeProvider.System);
    private readonly string _model = "m" + new RandomIdSource().NewWriteId();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reserve_ManyJobsAtOnce_GivesEachItsOwnVersion()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _registry.ReserveVersionAsync(_model, $"job{i}", Token)));

        Assert.Equal(Enumerable.Range(1, 8), versions.Order());
        Assert.Equal(versions[3], await _registry.ReserveVersionAsync(_model, "job3", Token));
    }

    [Fact]
    public async Task Publish_Twice_TheFirstStands()
    {
        var first = await PublishedAsync("job1");

        var second = await _registry.PublishAsync(first with { Attempt = 2, Top1 = 0.1 }, Token);

        Assert.Equal(1, second.Attempt);
        Assert.Equal(0.9, (await _registry.FindVersionAsync(_model, 1, Token))!.Top1);
    }

    [Fact]
    public async Task Resolve_NothingNamed_TakesProductionElseTheLatestThatPassed()
    {
        await PublishedAsync("job1");
        await PublishedAsync("job2");
        await PublishedAsync("job3", passed: false);
        Assert.Equal(2, (await _registry.ResolveAsync(_model, null, null, Token)).Version);

        await _registry.SetAliasAsync(_model, ModelAlias.Production, 1, "key", null, Token);

        Assert.Equal(1, (await _registry.ResolveAsync(_model, null, null, Token)).Version);
        Assert.Equal(2, (await _registry.FindAsync(_model, Token))!.Latest);
        await RefusedAsync(ErrorCatalogue.ModelNotServable, () => _registry.ResolveAsync(_model, 3, null, Token));
        await RefusedAsync(ErrorCatalogue.ModelNotFound, () => _registry.ResolveAsync(_model, 4, null, Token));
        await RefusedAsync(ErrorCatalogue.ModelNotFound, () => _registry.ResolveAsync(_model, null, "staging", Token));
        await RefusedAsync(ErrorCatalogue.ModelNotFound, () => _registry.ResolveAsync("../up", null, null, Token));
    }

    [Fact]
    public async Task SetAlias_WithAStaleTag_IsRefused()
    {
        await PublishedAsync("job1");
        await PublishedAsync("job2");
        await _registry.SetAliasAsync(_model, "staging", 1, "key", null, Token);
        var (_, tag) = await _registry.ReadAliasesAsync(_model, Token);
        var moved = await _registry.SetAliasAsync(_model, "staging", 2, "key", tag, Token);

        Assert.Equal(1, moved.Previous);
        await RefusedAsync(ErrorCatalogue.PreconditionFailed, () => _registry.SetAliasAsync(_model, "staging", 1, "key", tag, Token));
        Assert.Equal([1, 2], (await _registry.ReadAliasesAsync(_model, Token)).Aliases.History.Select(a => a.Version));
    }

    [Fact]
    public async Task SetAlias_ToAVersionThatFailedParity_IsRefused()
    {
        await PublishedAsync("job1", passed: false);

        await RefusedAsync(ErrorCatalogue.ModelNotServable, () => _registry.SetAliasAsync(_model, "production", 1, "key", null, Token));
    }

    [Fact]
    public async Task Delete_NamedByAnAlias_IsRefusedElseTheNumberIsNeverUsedAgain()
    {
        await PublishedAsync("job1");
        await _registry.SetAliasAsync(_model, "production", 1, "key", null, Token);
        await RefusedAsync(ErrorCatalogue.InUse, () => _registry.DeleteVersionAsync(_model, 1, Token));

        await _registry.RemoveAliasAsync(_model, "production", null, Token);
        await _registry.DeleteVersionAsync(_model, 1, Token);

        Assert.Null(await _registry.FindVersionAsync(_model, 1, Token));
        Assert.Equal(2, await _registry.ReserveVersionAsync(_model, "job2", Token));
    }

    [Fact]
    public async Task Delete_Twice_RemovesWhatTheFirstLeft()
    {
        await PublishedAsync("job1");
        await _registry.DeleteVersionAsync(_model, 1, Token);
        var left = ModelRegistry.ArtifactFolder(_model, 1, 1).Child("model.onnx");
        await blobs.TryCreateAsync(left, new byte[1], "application/octet-stream", Token);

        await _registry.DeleteVersionAsync(_model, 1, Token);

        Assert.False(await blobs.ExistsAsync(left, Token));
    }

    [Fact]
    public async Task Delete_OfAVersionThatIsOnlyReserved_IsNotFound()
    {
        await _registry.ReserveVersionAsync(_model, "job1", Token);

        await RefusedAsync(ErrorCatalogue.ModelNotFound, () => _registry.DeleteVersionAsync(_model, 1, Token));
        await RefusedAsync(ErrorCatalogue.ModelNotFound, () => _registry.DeleteVersionAsync(_model, 2, Token));
        await RefusedAsync(ErrorCatalogue.ModelNotFound, () => _registry.DeleteVersionAsync("../up", 1, Token));

        Assert.Equal(1, (await _registry.PublishAsync(SampleModels.Version(_model, 1, "job1"), Token)).Version);
        Assert.NotNull(await _registry.FindVersionAsync(_model, 1, Token));
    }

    [Fact]
    public async Task Delete_WhileAnAliasMovesThere_NeverLeavesTheAliasWithoutItsVersion()
    {
        await PublishedAsync("job0");
        await _registry.SetAliasAsync(_model, "production", 1, "key", null, Token);
        for (var round = 1; round <= 12; round++)
        {
            var version = (await PublishedAsync($"job{round}")).Version;

            await Task.WhenAll(
                UnlessRefusedAsync(() => _registry.SetAliasAsync(_model, "production", version, "key", null, Token)),
                UnlessRefusedAsync(() => _registry.DeleteVersionAsync(_model, version, Token)));

            var named = (await _registry.ReadAliasesAsync(_model, Token)).Aliases.Current["production"].Version;
            Assert.NotNull(await _registry.FindVersionAsync(_model, named, Token));
        }
    }

    private static async Task UnlessRefusedAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (WrnException)
        {
            // One of two has to give way.
        }
    }

    private static async Task RefusedAsync<T>(ErrorCode expected, Func<Task<T>> act) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<WrnException>(act)).Error);

    private static async Task RefusedAsync(ErrorCode expected, Func<Task> act) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<WrnException>(act)).Error);

    private async Task<ModelVersion> PublishedAsync(string job, bool passed = true)
    {
        var version = await _registry.ReserveVersionAsync(_model, job, Token);
        return await _registry.PublishAsync(SampleModels.Version(_model, version, job, passed), Token);
    }
}
