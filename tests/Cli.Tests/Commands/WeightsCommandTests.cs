using System.Text.Json;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Uploads;
using WrnCloud.Weights;

namespace WrnCloud.Cli.Tests.Commands;

public sealed class WeightsCommandTests : IDisposable
{
    private static readonly ChannelStatistics Half = new([0.5, 0.5, 0.5], [0.25, 0.25, 0.25]);
    private static readonly WeightsImport Imported = new("mine", new ArtifactFile("my-net.pth", 7, new string('a', 64)), Half, 224, 256);

    private static readonly WeightsManifest Set = new()
    {
        Name = "mine",
        Network = "ResNet-18",
        Normalisation = Half,
        Sha256 = new string('b', 64),
        Source = "timm resnet18.a1",
        Licence = "apache-2.0",
        Classes = ["ant", "bee"],
        ServedAs = "mine@1",
    };

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Import_WithConfig_UploadsAsksAndFollows()
    {
        await using var server = await StartAsync(JobState.Succeeded);
        File.WriteAllText(Path.Combine(folder.Path, "My Net.pth"), "weights");
        File.WriteAllText(
            Path.Combine(folder.Path, "config.json"),
            """{"architecture":"resnet18","pretrained_cfg":{"tag":"a1","input_size":[3,256,256]"""
                + ""","mean":[0.5,0.5,0.5],"std":[0.25,0.25,0.25],"license":"apache-2.0"}}""");
        File.WriteAllText(Path.Combine(folder.Path, "classes.txt"), "ant\r\nbee\r\n\n");

        var run = await ImportAsync(server, "--config", "config.json", "--classes", "classes.txt", "--crop", "0.9", "--license", "mine alone");

        Assert.True(run.Code == ExitCodes.Ok, run.Error);
        Assert.Contains("served as mine@1", run.Output, StringComparison.Ordinal);
        Assert.Equal("weights", Assert.Single(server.Requests, r => r.Line.StartsWith("PUT", StringComparison.Ordinal)).Text);
        var asked = Asked(server);
        Assert.Equal(("mine", "my-net.pth", 7), (asked.Name, asked.File!.Name, asked.File.Length));
        Assert.Equal((256, 0.9, "mine alone", "timm resnet18.a1"), (asked.ImageSize!.Value, asked.Crop!.Value, asked.Licence, asked.Source));
        Assert.Equal(Half.Mean, asked.Normalisation!.Mean);
        Assert.Equal(["ant", "bee"], asked.Classes!);
    }

    [Fact]
    public async Task Import_ThatFails_SaysWhatDoesNotFit()
    {
        await using var server = await StartAsync(JobState.Failed);
        File.WriteAllText(Path.Combine(folder.Path, "My Net.pth"), "weights");

        var run = await ImportAsync(server, "--mean", "0.1,0.2,0.3", "--std", "1,1,1");

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("'fc.weight' is missing", run.Error, StringComparison.Ordinal);
        Assert.Contains("weights-unfit", run.Error, StringComparison.Ordinal);
        Assert.Equal([0.1, 0.2, 0.3], Asked(server).Normalisation!.Mean);
    }

    [Theory]
    [InlineData("--mean", "0.1,0.2,0.3")]
    [InlineData("--mean", "0.1,0.2", "--std", "1,1,1")]
    [InlineData("--mean", "a,b,c", "--std", "1,1,1")]
    [InlineData("--config", "My Net.pth")]
    public async Task Import_WrongOptions_AskNothing(params string[] options)
    {
        await using var server = await StartAsync(JobState.Succeeded);
        File.WriteAllText(Path.Combine(folder.Path, "My Net.pth"), "weights");

        Assert.Equal(ExitCodes.WrongUsage, (await ImportAsync(server, options)).Code);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task ListShowDelete_ASet_AreItsFactsAndItsEnd()
    {
        await using var server = await StartAsync(JobState.Succeeded);
        server.OnJson("GET /api/weights", new Page<WeightsManifest>([BuiltInWeights.ResNet18, Set]));
        server.On("DELETE /api/weights/mine", _ => Microsoft.AspNetCore.Http.Results.NoContent());
        server.On("DELETE /api/weights/other", _ => ApiServer.Problem(ErrorCatalogue.WeightsNotFound, "There are no weights 'other'."));

        var list = await Wrn.RunAsync($"weights list {server.Options}");
        var show = await Wrn.RunAsync($"weights show mine {server.Options}");

        Assert.Contains("built in", list.Output, StringComparison.Ordinal);
        Assert.Contains("mine@1", list.Output, StringComparison.Ordinal);
        Assert.Contains("apache-2.0", show.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, (await Wrn.RunAsync($"weights delete mine {server.Options}")).Code);
        Assert.Equal(ExitCodes.Refused, (await Wrn.RunAsync($"weights delete other {server.Options}")).Code);
    }

    private static WeightsImportRequest Asked(ApiServer server) =>
        JsonSerializer.Deserialize<WeightsImportRequest>(server.Requests.Single(r => r.Line == "POST /api/weights").Body, WrnJson.Compact)!;

    private static async Task<ApiServer> StartAsync(JobState end)
    {
        var server = await ApiServer.StartAsync();
        var job = Samples.Job(end) with
        {
            Import = Imported,
            Resolved = Imported.Describe(),
            Version = end == JobState.Succeeded ? 1 : null,
            Reason = end == JobState.Failed ? new JobReason("weights-unfit", "'fc.weight' is missing") : null,
        };
        return server
            .OnJson(
                "POST /api/uploads",
                new UploadTicket([new UploadTarget("my-net.pth", new Uri(server.Endpoint, "put/there"))], DateTimeOffset.UnixEpoch),
                201)
            .On("PUT /put/there", _ => Microsoft.AspNetCore.Http.Results.StatusCode(201))
            .OnJson("POST /api/weights", job with { State = JobState.Queued }, 202)
            .On(
                $"GET /api/training-jobs/{job.Id}",
                _ => ApiServer.Json(job with { State = JobState.Running, Progress = new JobProgress(0, 0, 1, 4, 0, null, null, null) }),
                _ => ApiServer.Json(job))
            .OnJson("GET /api/weights/mine", Set);
    }

    private Task<Wrn.Run> ImportAsync(ApiServer server, params string[] options)
    {
        string[] files = [".json", ".txt", ".pth"];
        return Wrn.RunAsync(
        [
            "weights", "import", "mine", Path.Combine(folder.Path, "My Net.pth"),
            .. options.Select(o => files.Any(f => o.EndsWith(f, StringComparison.Ordinal)) ? Path.Combine(folder.Path, o) : o),
            .. server.Options.Split(' '),
        ]);
    }
}
