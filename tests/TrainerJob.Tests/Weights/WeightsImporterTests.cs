using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Tests.Support;
using WrnCloud.Weights;

namespace WrnCloud.TrainerJob.Tests.Weights;

/// <summary>Imports as jobs: from the queue, through the trainer, to a set of weights and a model.</summary>
public sealed class WeightsImporterTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly string _name = "w" + new RandomIdSource().NewWriteId();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task RunAsync_WithClassifier_BecomesASetAndAServedVersion()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs);
        var file = File();
        var import = SampleWeights.Import(file, _name) with
        {
            Classes = ["ant", "bee", "cat"],
            Licence = "MIT",
            Source = "a test",
            ServeAs = $"{_name}-net",
        };

        var job = await RunAsync(host, import, file);

        Assert.Equal((JobState.Succeeded, 1), (job.State, job.Version));
        var set = await FindAsync(host);
        Assert.Equal(
            (SampleWeights.Network, $"{_name}-net@1", "MIT", "a test", job.Id), (set!.Network, set.ServedAs, set.Licence, set.Source, set.JobId));
        Assert.Equal(["ant", "bee", "cat"], set.Classes!);
        var weights = await azurite.Blobs.ReadAsync(WeightsCatalog.FileName(_name, set.Sha256), Token);
        using var network = PublishedWeights.Read(weights!.Bytes.ToArray()).Network;
        Assert.Equal(SampleWeights.Network, network.Spec.Name);
        var version = await host.Services.GetRequiredService<ModelRegistry>().ResolveAsync($"{_name}-net", null, null, Token);
        Assert.True(version.Parity.Passed);
        Assert.Null(version.Top1);
        var receipt = Receipt.Parse(
            (await azurite.Blobs.ReadAsync(ModelRegistry.ArtifactName(version.Name, 1, version.Attempt, Receipt.FileName), Token))!.Bytes.Span);
        Assert.Empty(receipt.DifferencesFrom(version));
        Assert.Equal("a test, MIT", receipt.Resolved.Init!.Source);
        Assert.Equal(VerificationOutcome.Passed, (await CheckSamplesAsync(version)).Outcome);
        Assert.False(await azurite.Blobs.ExistsAsync(WeightsCatalog.UploadName(_name, import.File.Sha256), Token));

        // The same again is done already; another file under the name is refused.
        Assert.Equal((JobState.Succeeded, 1), await OutcomeAsync(host, import, file));
        var other = File(seed: 9);
        var refused = await RunAsync(host, SampleWeights.Import(other, _name), other);
        Assert.Equal((JobState.Failed, "already-exists"), (refused.State, refused.Reason!.Code));
    }

    private async Task<VerificationCheck> CheckSamplesAsync(ModelVersion version)
    {
        using var folder = new TestFolder();
        await PublishedFiles.DownloadAsync(azurite.Blobs, version, folder.Path);
        var onnx = await System.IO.File.ReadAllBytesAsync(Path.Combine(folder.Path, ModelPublisher.OnnxFile), Token);
        var signature = JsonSerializer.Deserialize<ModelSignature>(
            await System.IO.File.ReadAllBytesAsync(Path.Combine(folder.Path, ModelSignature.FileName), Token), WrnJson.Compact);
        return await SampleCheck.CheckAsync(folder.Path, onnx, signature, Token);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task RunAsync_WithoutClassifier_StartsTrainingWithItsNetworkNormalisationAndView()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs);
        await HostedPhotos.PushAsync(azurite.Blobs);
        var file = File(withHead: false);

        var job = await RunAsync(host, SampleWeights.Import(file, _name) with { Licence = "MIT", Source = "a test" }, file);

        Assert.Equal((JobState.Succeeded, null), (job.State, job.Version));
        Assert.Equal(SampleWeights.Network, job.Resolved.Model);
        var request = new TrainingRequest
        {
            Dataset = HostedPhotos.Dataset,
            Recipe = "photo/quick",
            PublishAs = $"{_name}-trained",
            Init = new InitRequest { From = _name },
        };
        var trained = await host.RunAsync(request);
        Assert.Equal(JobState.Succeeded, trained.State);
        Assert.Equal(
            (SampleWeights.Network, SampleWeights.Size, SampleWeights.Size + 8),
            (trained.Resolved.Model, trained.Resolved.ImageSize, trained.Resolved.Resize));
        Assert.Equal(
            (_name, null, "a test, MIT", true),
            (trained.Resolved.Init!.Model, trained.Resolved.Init.Version, trained.Resolved.Init.Source, trained.Resolved.Init.NewHead));
        var name = ModelRegistry.ArtifactName($"{_name}-trained", trained.Version!.Value, trained.Attempt, ArtifactFile.Weights);
        var published = PublishedWeights.Read((await azurite.Blobs.ReadAsync(name, Token))!.Bytes.ToArray());
        using var network = published.Network;
        Assert.Equal([0.5, 0.4, 0.3], published.Statistics.Mean);
    }

    [Fact]
    public async Task RunAsync_FileThatIsNotWhatWasDeclared_FailsAndIsRemoved()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs);
        var file = File();
        var import = SampleWeights.Import(file, _name);
        file[^1] ^= 1;

        var job = await RunAsync(host, import, file);

        Assert.Equal((JobState.Failed, "upload-mismatch"), (job.State, job.Reason!.Code));
        Assert.Null(await FindAsync(host));
        Assert.False(await azurite.Blobs.ExistsAsync(WeightsCatalog.UploadName(_name, import.File.Sha256), Token));
    }

    [Fact]
    public async Task RunAsync_OtherNetworkThanNamed_FailsWithWhatDoesNotFit()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs);
        var file = File();

        var job = await RunAsync(host, SampleWeights.Import(file, _name) with { Network = "ResNet-18" }, file);

        Assert.Equal((JobState.Failed, ErrorCatalogue.WeightsUnfit.Code), (job.State, job.Reason!.Code));
        Assert.Contains("'layer1.1.conv1.weight' 64×64×3×3 is missing", job.Reason.Message, StringComparison.Ordinal);
        Assert.Null(await FindAsync(host));
    }

    [Fact]
    public async Task RunAsync_CancelledInTheQueue_ImportsNothing()
    {
        await using var host = await TrainerHost.StartAsync(azurite.Blobs, o => o with { ReceiveWait = TimeSpan.FromSeconds(1) });
        var file = File();
        var job = await SubmitAsync(host, SampleWeights.Import(file, _name), file);
        await host.CancelAsync(job.Id);

        Assert.Equal(0, await host.Worker.RunAsync(CancellationToken.None));

        Assert.Equal(JobState.Cancelled, (await host.ReadAsync(job.Id)).State);
        Assert.Null(await FindAsync(host));
    }

    private static byte[] File(long seed = 5, bool withHead = true)
    {
        using var network = SampleWeights.Create(seed);
        return SampleWeights.Safetensors(network, withHead);
    }

    private static Task<WeightsManifest?> FindAsync(TrainerHost host, string name) =>
        host.Services.GetRequiredService<WeightsCatalog>().FindAsync(name, Token);

    private Task<WeightsManifest?> FindAsync(TrainerHost host) => FindAsync(host, _name);

    private static async Task<(JobState State, int? Version)> OutcomeAsync(TrainerHost host, WeightsImport import, byte[] file)
    {
        var job = await RunAsync(host, import, file);
        return (job.State, job.Version);
    }

    private static async Task<Job> RunAsync(TrainerHost host, WeightsImport import, byte[] file)
    {
        var job = await SubmitAsync(host, import, file);
        Assert.Equal(0, await host.Worker.RunAsync(CancellationToken.None));
        return await host.ReadAsync(job.Id);
    }

    private static async Task<Job> SubmitAsync(TrainerHost host, WeightsImport import, byte[] file)
    {
        var blobs = host.Services.GetRequiredService<WrnCloud.Storage.BlobStore>();
        await blobs.TryCreateAsync(WeightsCatalog.UploadName(import.Name, import.File.Sha256), file, "application/octet-stream", Token);
        var now = TimeProvider.System.GetUtcNow();
        var job = JobTransitions.Accept(host.Services.GetRequiredService<IIdSource>().NewJobId(now), "tests", import, now);
        await host.Jobs.CreateAsync(job, Token);
        return await host.Services.GetRequiredService<JobDispatcher>().DispatchAsync(job, Token);
    }
}
