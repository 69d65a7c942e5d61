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

    private static async Task RefusedAsync<T>(ErrorCode expected, Func<Task<T>> act) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<WrnException>(act)).Error);

    private static async Task RefusedAsync(ErrorCode expected, Func<Task> act) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<WrnException>(act)).Error);

    private async Task<ModelVersion> PublishedAsync(string job, bool passed = true)
    {
        var version = await _registry.ReserveVersionAsync(_model, job, Token);
        return await _registry.PublishAsync(
            new ModelVersion
            {
                Name = _model,
                Version = version,
                JobId = job,
                Attempt = 1,
                CreatedAt = TimeProvider.System.GetUtcNow(),
                Architecture = "WRN-10-1",
                Dataset = "shapes10",
                DatasetHash = new string('0', 64),
                Classes = ["a", "b"],
                Recipe = "fast/shapes10",
                ConfigHash = new string('0', 64),
                Top1 = 0.9,
                Parity = new ParityResult(passed, 1e-6, 1, 100),
                Files = [],
            },
            Token);
    }
}
