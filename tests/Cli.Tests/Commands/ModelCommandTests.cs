using System.Text;
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
            "net", 7, [new PredictResult("a.png", [new ClassProbability("ring", 1, 0.9)]), new PredictResult("b.png", [new ClassProbability("star", 4, 0.8)])], Timings));
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
    public async Task Predict_NoSuchFile_IsWrongUsage()
    {
        await using var server = await ApiServer.StartAsync();
        var run = await Wrn.RunAsync($"predict net /nowhere/a.png {server.Options}");
        Assert.Equal(ExitCodes.WrongUsage, run.Code);
        Assert.Empty(server.Requests);
    }
}
