using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Functions.Training;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>Trainings that a trainer's memory does not hold, as they are asked for, on a real store and a real broker.</summary>
[Collection(typeof(FunctionsCollection))]
public sealed class SubmitTrainingTests(FunctionsFixture fixture)
{
    private const double SmallGiB = 0.25;
    private const long SmallBytes = 1L << 28;

    private readonly string _dataset = "d" + new RandomIdSource().NewWriteId();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TrainingRequest TooLarge => new()
    {
        Model = "WRN-16-2",
        Dataset = _dataset,
        Recipe = "fast/shapes10",
        Overrides = new SettingOverrides { BatchSize = 4096 },
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Submit_MoreMemoryThanTheTrainerHas_IsRefusedAsTheTrainerWouldAndStoresNothing(bool dryRun)
    {
        await PushAsync();
        var services = Services(SmallGiB);
        var resolved = await ResolveAsync(Services(null), TooLarge);

        var refusal = await Assert.ThrowsAsync<WrnException>(() => SubmitAsync<Job>(services, TooLarge with { DryRun = dryRun }));

        var trainers = Assert.Throws<WrnException>(() => TrainingMemory.Require(resolved, resolved.Spec(), SmallBytes));
        Assert.Equal((ErrorCatalogue.OutOfMemory, trainers.Message), (refusal.Error, refusal.Message));
        Assert.Contains("What would fit: batches of ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_dataset, await JobDatasetsAsync(services));
        Assert.Empty(refusal.FieldErrors);
    }

    [Fact]
    public async Task Submit_WhatWouldFit_IsAcceptedWithTheTrainersMemory()
    {
        await PushAsync();
        var services = Services(SmallGiB);
        var refusal = await Assert.ThrowsAsync<WrnException>(() => SubmitAsync<Job>(services, TooLarge));
        var batch = int.Parse(refusal.Message.Split("What would fit: batches of ")[1].Split(',', '.')[0]);

        var job = await SubmitAsync<Job>(services, TooLarge with { Overrides = new SettingOverrides { BatchSize = batch } });

        Assert.Equal((JobState.Queued, SmallBytes), (job.State, job.Resolved.TrainerMemoryBytes));
        Assert.Contains(_dataset, await JobDatasetsAsync(services));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Submit_NothingKnownOfTheTrainers_IsLeftToThem(string? setting)
    {
        await PushAsync();
        var services = fixture.Build(null, setting is null ? [] : [("Trainer:MemoryGiB", setting)]);

        var answer = JsonSerializer.Serialize(await ResolveAsync(services, TooLarge), WrnJson.Compact);

        Assert.DoesNotContain("trainerMemoryBytes", answer, StringComparison.Ordinal);
        Assert.Equal(JobState.Queued, (await SubmitAsync<Job>(services, TooLarge)).State);
    }

    [Fact]
    public async Task Submit_SeveralWays_AreRefusedByTheLargest()
    {
        await PushAsync(DatasetFormat.ImageFolder);
        var request = new TrainingRequest { Dataset = _dataset };
        var resolved = await ResolveAsync(Services(null), request);
        Assert.Equal(TrainingMethod.Auto, resolved.Settings.Method);

        var refusal = await Assert.ThrowsAsync<WrnException>(() => ResolveAsync(Services(SmallGiB), request));

        Assert.Equal(ErrorCatalogue.OutOfMemory, refusal.Error);
        Assert.Equal(Assert.Throws<WrnException>(() => TrainingMemory.Require(resolved, resolved.Spec(), SmallBytes)).Message, refusal.Message);
    }

    [Fact]
    public async Task Submit_RecipeThatIsOnlyResolved_IsNotHeldAgainstTheTrainer()
    {
        await PushAsync(DatasetFormat.ImageFolder);
        var recipe = Recipes.All.First(r => !r.Runs);

        var resolved = await ResolveAsync(Services(SmallGiB), new TrainingRequest { Dataset = _dataset, Recipe = recipe.Name });

        Assert.True(resolved.TrainingMemoryBytes > SmallBytes);
    }

    private static async Task<T> SubmitAsync<T>(IServiceProvider services, TrainingRequest training)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(training, WrnJson.Compact);
        var request = new DefaultHttpContext().Request;
        (request.Method, request.ContentType, request.Body) = ("POST", "application/json", new MemoryStream(body));
        var answer = await services.GetRequiredService<SubmitTraining>().HandleAsync(request, Token);
        return Assert.IsType<T>(Assert.IsAssignableFrom<IValueHttpResult>(answer).Value);
    }

    private static Task<ResolvedTraining> ResolveAsync(IServiceProvider services, TrainingRequest request) =>
        SubmitAsync<ResolvedTraining>(services, request with { DryRun = true });

    private static async Task<IEnumerable<string>> JobDatasetsAsync(IServiceProvider services) =>
        (await services.GetRequiredService<JobStore>().ListAsync(null, 100, Token)).Jobs.Select(j => j.Resolved.Dataset);

    private IServiceProvider Services(double? memoryGiB) => fixture.Build(null, memoryGiB is { } size ? [("Trainer:MemoryGiB", $"{size}")] : []);

    private async Task PushAsync(DatasetFormat format = DatasetFormat.Cifar10Binary)
    {
        var content = Encoding.UTF8.GetBytes(_dataset);
        var manifest = new DatasetManifest(
            DatasetManifest.CurrentSchema,
            _dataset,
            format,
            ["a", "b"],
            [DatasetFile.Of("train.bin", DatasetSplit.Train, content)],
            new DatasetSizes(1, 1),
            new ChannelStatistics([0, 0, 0], [1, 1, 1]));
        await PutAsync("train.bin", content);
        await PutAsync(DatasetManifest.FileName, manifest.Serialize());
    }

    private Task<bool> PutAsync(string file, byte[] content) =>
        fixture.Blobs.TryCreateAsync(DatasetCatalog.FileName(_dataset, file), content, "application/octet-stream", Token);
}
