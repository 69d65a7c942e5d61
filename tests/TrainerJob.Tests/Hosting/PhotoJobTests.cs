using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Evaluation;
using WrnCloud.Hosting;
using WrnCloud.Images;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Tests.Support;

namespace WrnCloud.TrainerJob.Tests.Hosting;

/// <summary>Jobs on photographs, from the built-in weights to a published version that verifies.</summary>
public sealed class PhotoJobTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("photo/auto", 64, 73, Traits = ["Category", "Slow"])]
    [InlineData("photo/finetune", 64, 73, Traits = ["Category", "Slow"])]
    public async Task ExecuteAsync_PhotoRecipe_PublishesAVersionThatVerifies(string recipe, int size, int resize)
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs);
        await HostedPhotos.PushAsync(azurite.Blobs);
        var name = $"{recipe.Split('/')[1]}-{size}";
        var overrides = recipe != "photo/finetune" ? null : new SettingOverrides { Epochs = 2, BatchSize = 8 };

        var job = await host.RunAsync(
            new TrainingRequest { Dataset = HostedPhotos.Dataset, Recipe = recipe, ImageSize = size, PublishAs = name, Overrides = overrides });

        Assert.True(job.State == JobState.Succeeded, $"{job.State}: {job.Reason?.Message}");
        Assert.Equal(new ImageView(resize, size), job.Resolved.View);
        var registry = host.Services.GetRequiredService<ModelRegistry>();
        var version = (await registry.FindVersionAsync(name, job.Version!.Value, None))!;
        Assert.True(version.Parity.Passed, $"parity {version.Parity.MaxProbabilityDifference}");
        Assert.Equal(HostedPhotos.Test, version.Parity.Images);

        using var folder = new TestFolder();
        await PublishedFiles.DownloadAsync(azurite.Blobs, version, folder.Path);
        var card = await File.ReadAllTextAsync(Path.Combine(folder.Path, "card.md"), None);
        Assert.Contains("from the weights of `resnet18` (Microsoft.ML.DnnImageFeaturizer.ResNet18", card, StringComparison.Ordinal);
        Assert.Contains("12 test images, looked at once", card, StringComparison.Ordinal);
        Assert.Contains($"scaled to {resize}×{resize}, of that the middle {size}×{size}", card, StringComparison.Ordinal);

        var json = await File.ReadAllBytesAsync(Path.Combine(folder.Path, ModelSignature.FileName), None);
        var signature = JsonSerializer.Deserialize<ModelSignature>(json, WrnJson.Compact)!;
        Assert.Equal(["probabilities", "distance"], signature.Outputs.Select(o => o.Name));
        Assert.Equal(FeatureDistance.QuantileCount, signature.DistanceQuantiles!.Count);
        Assert.Equal(ConfidenceThreshold.Precisions, signature.Thresholds!.Select(t => t.Precision));

        var report = await new ModelVerifier(host.Services.GetRequiredService<DatasetLoader>(), TimeProvider.System).CheckAsync(folder.Path, None);
        Assert.All(report.Checks, c => Assert.True(c.Outcome == VerificationOutcome.Passed, $"{c.Name}: {c.Detail}"));
    }

    [Fact]
    public async Task ExecuteAsync_FromARandomNetworkWithValidation_NeverTrainsOnWhatJudges()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs);
        await HostedPhotos.PushAsync(azurite.Blobs);
        var overrides = new SettingOverrides { Epochs = 1, BatchSize = 11, ValidationShare = 0.25 };

        var job = await host.RunAsync(new TrainingRequest
        {
            Dataset = HostedPhotos.Dataset,
            Model = "WRN-10-1",
            Recipe = "photo/scratch",
            PublishAs = "scratch",
            Overrides = overrides,
        });

        // A quarter of 36 judges; of the rest two whole batches of 11 are trained on, and no third.
        Assert.True(job.State == JobState.Succeeded, $"{job.State}: {job.Reason?.Message}");
        Assert.Equal(2, job.Progress!.Steps);
    }
}
