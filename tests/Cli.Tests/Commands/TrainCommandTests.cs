using System.Text.Json;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Tests.Commands;

public sealed class TrainCommandTests
{
    [Fact]
    public async Task Train_AllOptions_SendsThemAndNothingElse()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson("POST /api/training-jobs", Samples.Job(JobState.Accepted), 202);
        var run = await Wrn.RunAsync(
            "train --dataset d --model WRN-16-2 --recipe paper/cifar --epochs 3 --batch-size 32 --learning-rate 0.05 --precision bf16 " +
            $"--image-size 64 --max-minutes 9 --seed 77 --init base@3 --freeze backbone --publish-as net --idempotency-key my-key {server.Options}");
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains(Samples.JobId, run.Output, StringComparison.Ordinal);
        var request = Assert.Single(server.Requests);
        Assert.Equal(("my-key", ApiServer.Key), (request.Headers["Idempotency-Key"], request.Headers["x-functions-key"]));
        var expected = new TrainingRequest
        {
            Dataset = "d",
            Model = "WRN-16-2",
            ImageSize = 64,
            Recipe = "paper/cifar",
            Overrides = new SettingOverrides { Epochs = 3, BatchSize = 32, LearningRate = 0.05, Precision = Precision.Bf16 },
            Seed = 77,
            MaxMinutes = 9,
            Init = new InitRequest { From = "base@3", Freeze = Freeze.Backbone },
            PublishAs = "net",
        };
        Assert.Equal(expected, JsonSerializer.Deserialize<TrainingRequest>(request.Body, WrnJson.Strict));
    }

    [Theory]
    [InlineData(
        TrainingMethod.Head, 0.0, 0,
        "1,244 training, 153 test pictures of 10 classes: "
            + "fitting a classifier to what WRN-10-1 sees, weights of resnet18 at 224×224, recipe r.")]
    [InlineData(
        null, 0.1, 0,
        "1,244 training pictures, 10 % of them for validation, 153 test pictures of 10 classes: "
            + "fine-tuning WRN-10-1 from the weights of resnet18 at 224×224, recipe r.")]
    [InlineData(
        null, 0.1, 155,
        "1,244 training, 155 validation, 153 test pictures of 10 classes: "
            + "fine-tuning WRN-10-1 from the weights of resnet18 at 224×224, recipe r.")]
    [InlineData(
        TrainingMethod.Head, 0.0, 155,
        "1,399 training, 153 test pictures of 10 classes, the 155 for validation among the training pictures: fitting")]
    [InlineData(TrainingMethod.Head, 0.0, 155, "recipe r, judged by cross-validation.")]
    [InlineData(null, 0.0, 155, "recipe r, by the paper's protocol: all training pictures, the last epoch's weights.")]
    public async Task Train_DatasetAlone_SaysWhatItIsAboutToDo(TrainingMethod? method, double share, int validation, string said)
    {
        await using var server = await ApiServer.StartAsync();
        var resolved = Samples.Resolved() with
        {
            Model = "WRN-10-1",
            Recipe = "r",
            Images = new DatasetSizes(1244, 153) { Validation = validation },
            ImageSize = 224,
            Classes = 10,
            Init = new ResolvedInit("resnet18", null, new string('d', 64), true, Freeze.Group2),
            Settings = Samples.Resolved().Settings with { Method = method, ValidationShare = share },
        };
        server.OnJson("POST /api/training-jobs", Samples.Job(JobState.Accepted) with { Resolved = resolved }, 202);

        var run = await Wrn.RunAsync($"train --dataset d {server.Options}");

        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains(said, Words(run.Output), StringComparison.Ordinal);
        Assert.Equal(
            new TrainingRequest { Dataset = "d" }, JsonSerializer.Deserialize<TrainingRequest>(Assert.Single(server.Requests).Body, WrnJson.Strict));
    }

    [Theory]
    [InlineData(12, 12, "about 20 seconds")]
    [InlineData(62, 62, "about 1 minute")]
    [InlineData(236, 236, "about 4 minutes")]
    [InlineData(100, 700, "about 2 to 12 minutes")]
    [InlineData(45, 700, "about 50 seconds to 12 minutes")]
    [InlineData(7000, 7000, "about 1.9 hours")]
    public async Task Train_EarlierJobsTellHowFast_SaysAboutHowLong(double seconds, double most, string said)
    {
        await using var server = await ApiServer.StartAsync();
        var resolved = Samples.Resolved() with { Estimate = new TrainingEstimate(seconds, most) };
        server.OnJson("POST /api/training-jobs", Samples.Job(JobState.Accepted) with { Resolved = resolved }, 202);

        var run = await Wrn.RunAsync($"train --dataset d {server.Options}");

        Assert.Contains($"; {said}.", Words(run.Output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2_140_000_000, 8_589_934_592, "about 2.1 GB of the trainer's 8.6 GB of memory")]
    [InlineData(8_700_000_000, 8_589_934_592, "up to 8.7 GB of memory, where the trainer has 8.6 GB; a smaller batch is safer")]
    [InlineData(810_000_000, null, "about 810.0 MB of memory")]
    public async Task Train_Memory_IsToldBesideTheTrainers(long needed, long? available, string said)
    {
        await using var server = await ApiServer.StartAsync();
        var resolved = Samples.Resolved() with { TrainingMemoryBytes = needed, TrainerMemoryBytes = available };
        var job = Samples.Job(JobState.Accepted) with { Resolved = resolved };
        server.On("POST /api/training-jobs", _ => ApiServer.Json(job, 202), _ => ApiServer.Json(resolved));

        var run = await Wrn.RunAsync($"train --dataset d {server.Options}");
        var dry = await Wrn.RunAsync($"train --dataset d --dry-run {server.Options}");

        Assert.Contains($". It takes {said}.", Words(run.Output), StringComparison.Ordinal);
        Assert.Contains(said, Words(dry.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_NoEstimateOfTheMemory_TellsNone()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson("POST /api/training-jobs", Samples.Job(JobState.Accepted), 202);

        Assert.DoesNotContain("memory", (await Wrn.RunAsync($"train --dataset d {server.Options}")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_Set_SendsTheSettingsByName()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson("POST /api/training-jobs", Samples.Job(JobState.Accepted), 202);
        const string Settings = "--epochs 7 --set emaDecay=0.99 --set flip=false --set preprocessing=zca --set epochs=3";
        var run = await Wrn.RunAsync($"train --dataset d --model m --recipe r {Settings} {server.Options}");
        Assert.Equal(ExitCodes.Ok, run.Code);
        var expected = new SettingOverrides { Epochs = 7, EmaDecay = 0.99, Flip = false, Preprocessing = Preprocessing.Zca };
        Assert.Equal(expected, JsonSerializer.Deserialize<TrainingRequest>(Assert.Single(server.Requests).Body, WrnJson.Strict)!.Overrides);
    }

    [Theory]
    [InlineData("emaDecai=0.9", "emaDecay")]
    [InlineData("emaDecay=high", "emaDecay")]
    [InlineData("emaDecay", "NAME=VALUE")]
    [InlineData("flip=true --set flip=false", "twice")]
    public async Task Train_SetThatIsNoSetting_IsRefusedBeforeAnythingIsSent(string set, string said)
    {
        await using var server = await ApiServer.StartAsync();
        var run = await Wrn.RunAsync($"train --dataset d --model m --recipe r --set {set} {server.Options}");
        Assert.Equal(ExitCodes.WrongUsage, run.Code);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Train_OnlyWhatIsNeeded_SendsNoOverrides()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson("POST /api/training-jobs", Samples.Job(JobState.Accepted), 202);
        await Wrn.RunAsync($"train --dataset d --model m --recipe r {server.Options}");
        Assert.Equal("""{"model":"m","dataset":"d","recipe":"r"}""", Assert.Single(server.Requests).Text);
    }

    [Theory]
    [InlineData("--freeze backbone", "--init")]
    [InlineData("--init base@3 --freeze everything", "group1")]
    public async Task Train_FreezeThatMeansNothing_IsRefusedBeforeAnythingIsSent(string options, string said)
    {
        await using var server = await ApiServer.StartAsync();
        var run = await Wrn.RunAsync($"train --dataset d --model m --recipe r {options} {server.Options}");
        Assert.Equal(ExitCodes.WrongUsage, run.Code);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Train_DryRunFromAVersion_ShowsWhatItStartsFrom()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson(
            "POST /api/training-jobs", Samples.Resolved() with { Init = new ResolvedInit("base", 3, new string('d', 64), true, Freeze.Group1) });
        var run = await Wrn.RunAsync($"train --dataset d --model m --recipe r --init base:production --freeze group1 --dry-run {server.Options}");
        Assert.Contains("base@3, a new classifier, group1 frozen", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ServiceUnavailableTwice_RepeatsUnderOneKey()
    {
        await using var server = await ApiServer.StartAsync();
        server.On(
            "POST /api/training-jobs",
            _ => ApiServer.Problem(ErrorCatalogue.Unavailable, "The store does not answer."),
            _ => ApiServer.Problem(ErrorCatalogue.Unavailable, "The store does not answer."),
            _ => ApiServer.Json(Samples.Job(JobState.Accepted), 202));
        var run = await Wrn.RunAsync($"train --dataset d --model m --recipe r {server.Options}");
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Equal(3, server.Requests.Count);
        Assert.NotEmpty(Assert.Single(server.Requests.Select(r => r.Headers["Idempotency-Key"]).Distinct()));
    }

    [Fact]
    public async Task Train_AlwaysUnavailable_GivesUpWithTheProblem()
    {
        await using var server = await ApiServer.StartAsync();
        server.On("POST /api/training-jobs", _ => ApiServer.Problem(ErrorCatalogue.QueueFull, "1000 jobs are waiting."));
        var run = await Wrn.RunAsync($"train --dataset d --model m --recipe r {server.Options}");
        Assert.Equal(ExitCodes.Refused, run.Code);
        Assert.Contains("1000 jobs are waiting.", run.Error, StringComparison.Ordinal);
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Train_DryRun_ShowsWhatIsResolvedAndStoresNothing()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson("POST /api/training-jobs", Samples.Resolved());
        var run = await Wrn.RunAsync($"train --dataset d --model m --recipe r --dry-run {server.Options}");
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("77,000 parameters", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"dryRun\":true", Assert.Single(server.Requests).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WatchWithJson_PrintsTheEndedJobAlone()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson("POST /api/training-jobs", Samples.Job(JobState.Accepted), 202);
        server.OnJson($"GET /api/training-jobs/{Samples.JobId}", Samples.Job(JobState.Succeeded));
        var run = await Wrn.RunAsync($"train --dataset d --model m --recipe r --watch --json {server.Options}");
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Equal(JobState.Succeeded, JsonSerializer.Deserialize<Job>(run.Output, WrnJson.Compact)!.State);
    }

    private static string Words(string output) => string.Join(' ', output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
