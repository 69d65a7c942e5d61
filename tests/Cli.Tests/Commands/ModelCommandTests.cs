using System.Text;
using WrnCloud.Evaluation;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Scoring;

namespace WrnCloud.Cli.Tests.Commands;

public sealed class ModelCommandTests
{
    private static readonly PredictTimings Timings = new(0.1, 0.2, 0.3, 1);

    [Fact]
    public async Task Promote_NamedVersion_MovesTheAliasAndSaysHowToGoBack()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson("PUT /api/models/net/aliases/production", new ModelAlias("production", 3, DateTimeOffset.UnixEpoch, "me", 2));
        var run = await Wrn.RunAsync($"models promote net@3 {server.Options}");
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Equal("""{"version":3}""", Assert.Single(server.Requests).Text);
        Assert.Contains("wrn models promote net@2 --alias production", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_Alias_ShowsTheVersionItNames()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson("GET /api/models/net/aliases/canary", new ModelAlias("canary", 4, DateTimeOffset.UnixEpoch, "me"));
        server.OnJson("GET /api/models/net/versions/4", Samples.Version(4));
        var run = await Wrn.RunAsync($"models show net:canary {server.Options}");
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("shapes10-wrn-10-1@4", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Models_ShowsAliasesAndAccuracy()
    {
        await using var server = await ApiServer.StartAsync();
        var summary = new ModelSummary("net", 2, [2, 1], new Dictionary<string, int> { ["production"] = 1 }, 0.9512, "WRN-16-2", "cifar10");
        server.OnJson("GET /api/models", new Page<ModelSummary>([summary]));
        var run = await Wrn.RunAsync($"models list {server.Options}");
        Assert.Contains("production → 1", run.Output, StringComparison.Ordinal);
        Assert.Contains("95.1 %", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net", "")]
    [InlineData("net@7", "?version=7")]
    [InlineData("net:canary", "?alias=canary")]
    public async Task Predict_Files_SendsTheirBytesAndShowsClasses(string model, string query)
    {
        using var folder = new TestFolder();
        var (first, second) = (folder.Write("a.png", "first-bytes"), folder.Write("b.png", "second-bytes"));
        await using var server = await ApiServer.StartAsync();
        server.OnJson($"POST /api/models/net/predict{query}", new PredictResponse(
            "net",
            7,
            [new PredictResult("a.png", [new ClassProbability("ring", 1, 0.9)]), new PredictResult("b.png", [new ClassProbability("star", 4, 0.8)])],
            Timings));
        var run = await Wrn.RunAsync([.. $"predict {model} {server.Options}".Split(' '), first, second]);
        Assert.Equal(ExitCodes.Ok, run.Code);
        var body = Encoding.Latin1.GetString(Assert.Single(server.Requests).Body);
        Assert.True(body.IndexOf("first-bytes", StringComparison.Ordinal) < body.IndexOf("second-bytes", StringComparison.Ordinal));
        foreach (var part in new[] { "a.png", "ring", "90.0 %", "b.png", "star" }) Assert.Contains(part, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_OnePictureInError_Fails()
    {
        using var folder = new TestFolder();
        var file = folder.Write("a.png", "x");
        await using var server = await ApiServer.StartAsync();
        server.OnJson("POST /api/models/net/predict", new PredictResponse(
            "net", 7, [new PredictResult("a.png", [], new JobReason("image-undecodable", "It is no picture."))], Timings));
        var run = await Wrn.RunAsync([.. $"predict net {server.Options}".Split(' '), file]);
        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("image-undecodable", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_PictureWithAWarning_SaysItAndSucceeds()
    {
        using var folder = new TestFolder();
        var file = folder.Write("a[1].png", "x");
        var result = new PredictResult("a[1].png", [new ClassProbability("ring", 1, 0.9)]) { Warning = "Something is odd." };
        await using var server = await ApiServer.StartAsync();
        server.OnJson("POST /api/models/net/predict", new PredictResponse("net", 7, [result], Timings));

        var run = await Wrn.RunAsync([.. $"predict net {server.Options}".Split(' '), file]);

        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("a[1].png: Something is odd.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_NoSuchFile_IsWrongUsage()
    {
        await using var server = await ApiServer.StartAsync();
        var run = await Wrn.RunAsync($"predict net /nowhere/a.png {server.Options}");
        Assert.Equal(ExitCodes.WrongUsage, run.Code);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Predict_UnsureAnswer_SaysSoAndWhatItWouldHaveBeen()
    {
        using var folder = new TestFolder();
        var file = folder.Write("a.png", "x");
        var result = new PredictResult("a.png", [new ClassProbability("ring", 1, 0.6), new ClassProbability("star", 4, 0.4)])
        {
            Decision = "unsure",
            Distance = new PictureDistance(2.5, 0.004),
        };
        await using var server = await ApiServer.StartAsync();
        server.OnJson("POST /api/models/net/predict", new PredictResponse("net", 7, [result], Timings));

        var run = await Wrn.RunAsync([.. $"predict net {server.Options}".Split(' '), file]);

        Assert.Equal(ExitCodes.Ok, run.Code);
        foreach (var part in new[] { "unsure", "ring?", "60.0 %", "star 40.0 %", "2.50", "0.4 %" })
            Assert.Contains(part, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_VersionWithAnEvaluation_ShowsItsEssence()
    {
        await using var server = await ApiServer.StartAsync();
        var version = Samples.Version(4) with { Files = [new ArtifactFile(ModelEvaluation.FileName, 5, new string('c', 64))], TestImages = 100 };
        server.OnJson("GET /api/models/net/versions/4", version);
        server.OnJson($"GET /api/models/{version.Name}/versions/4/artifacts/evaluation.json", Samples.Evaluation());

        var run = await Wrn.RunAsync($"models show net@4 {server.Options}");

        Assert.Equal(ExitCodes.Ok, run.Code);
        var text = string.Join(' ', run.Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        string[] parts =
        [
            "75.0 % (30.1 to 95.4 %) of 4 test pictures",
            "ring: precision 100.0 %, recall 50.0 %, taken for circle",
            "mean recall",
            "never: 75.0 %",
        ];
        foreach (var part in parts)
            Assert.Contains(part, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_EvaluationThatCannotBeHad_ShowsTheVersionAllTheSame()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson(
            "GET /api/models/net/versions/4",
            Samples.Version(4) with { Files = [new ArtifactFile(ModelEvaluation.FileName, 5, new string('c', 64))], TestImages = 100 });

        var run = await Wrn.RunAsync($"models show net@4 {server.Options}");

        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("97.0 % (91.5 to 99.0 %)", run.Output, StringComparison.Ordinal);
    }
}
