using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Contracts.Models;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Hosting;

public sealed class ParityFailureTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task ExecuteAsync_ManifestThatStandsDidNotPass_FailsTheJobAndKeepsTheVersion()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs);
        var registry = host.Services.GetRequiredService<ModelRegistry>();

        // As if an earlier attempt had got this far: the manifest that is there is taken.
        await registry.PublishAsync(SampleModels.Version("parity-fails", 1, "earlier", passed: false), None);

        var job = await host.RunAsync(new TrainingRequest
        {
            Model = "WRN-10-1",
            Dataset = TrainerHost.Dataset,
            Recipe = "fast/shapes10",
            PublishAs = "parity-fails",
            Overrides = new SettingOverrides { Epochs = 1, BatchSize = 32 },
        });

        Assert.Equal((JobState.Failed, "parity-failed"), (job.State, job.Reason!.Code));
        Assert.Null(job.Version);
        Assert.NotNull(await registry.FindVersionAsync("parity-fails", 1, None));
        Assert.Null((await registry.FindAsync("parity-fails", None))!.Latest);
        var refused = await Assert.ThrowsAsync<WrnException>(() => registry.ResolveAsync("parity-fails", 1, null, None));
        Assert.Equal("model-not-servable", refused.Error.Code);
    }
}
