using System.Text.Json;
using WrnCloud.Batches;
using WrnCloud.Cli.Demo;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Uploads;

namespace WrnCloud.Cli.Tests.Commands;

public sealed class BatchCommandTests : IDisposable
{
    private const string Id = "0123456789abcdef01234567";
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Batch_Succeeds_WaitsAndDownloadsEveryFile()
    {
        await using var server = await StartAsync();
        var files = new[] { "results.jsonl", "errors.jsonl" }.Select(n => new ArtifactFile(n, 4, BatchCheck.Hash("line"u8))).ToList();
        server.On(
            $"GET /api/batches/{Id}",
            _ => ApiServer.Problem(ErrorCatalogue.BatchNotFound, "not yet"),
            _ => ApiServer.Json(new BatchStatus(Id, "net", 2, BatchState.Running, Items: 3, Done: 1)),
            _ => ApiServer.Json(new BatchStatus(Id, "net", 2, BatchState.Succeeded, Items: 3, Done: 3, Results: 2, Errors: 1, Files: files)));
        foreach (var name in new[] { "results.jsonl", "errors.jsonl", "manifest.json" })
            server.On($"GET /api/batches/{Id}/files/{name}", _ => Microsoft.AspNetCore.Http.Results.Text("line"));

        var run = await RunAsync(server);
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("2 classified, 1 with errors", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["errors.jsonl", "manifest.json", "results.jsonl"],
            Directory.EnumerateFiles(Path.Combine(folder.Path, "out", Id)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var put = Assert.Single(server.Requests, r => r.Line.StartsWith("PUT", StringComparison.Ordinal));
        Assert.Equal("zip-bytes", put.Text);
    }

    [Fact]
    public async Task Batch_ResultsWithWarnings_CountsThem()
    {
        await using var server = await StartAsync();
        server.OnJson($"GET /api/batches/{Id}", new BatchStatus(Id, "net", 2, BatchState.Succeeded, Items: 2, Done: 2, Results: 2));
        foreach (var name in new[] { "errors.jsonl", "manifest.json" })
            server.On($"GET /api/batches/{Id}/files/{name}", _ => Microsoft.AspNetCore.Http.Results.Text("line"));
        var lines = new[] { null, "odd", "odd" }
            .Select((warning, i) => JsonSerializer.Serialize(new BatchItemResult(i, "\"warning\":\"", [], Warning: warning), WrnJson.Compact));
        server.On($"GET /api/batches/{Id}/files/results.jsonl", _ => Microsoft.AspNetCore.Http.Results.Text(string.Join('\n', lines)));

        var run = await RunAsync(server);

        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Matches(@"with a warning\S* +2\s", run.Output);
    }

    [Fact]
    public async Task Batch_Fails_SaysWhy()
    {
        await using var server = await StartAsync();
        server.OnJson($"GET /api/batches/{Id}", new BatchStatus(Id, "net", 2, BatchState.Failed, new JobReason("archive-invalid", "It is no zip.")));
        var run = await RunAsync(server);
        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("It is no zip.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_FileDiffersFromItsHash_FailsAndLeavesNoFile()
    {
        await using var server = await StartAsync();
        var files = new[] { new ArtifactFile("results.jsonl", 4, new string('0', 64)) };
        server.OnJson($"GET /api/batches/{Id}", new BatchStatus(Id, "net", 2, BatchState.Succeeded, Items: 1, Done: 1, Results: 1, Files: files));
        server.On($"GET /api/batches/{Id}/files/results.jsonl", _ => Microsoft.AspNetCore.Http.Results.Text("other"));
        var run = await RunAsync(server);
        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder.Path, "out", Id)));
    }

    [Theory]
    [InlineData("../escape.txt")]
    [InlineData("/tmp/escape.txt")]
    public async Task Batch_FileNameThatLeadsOut_IsRefused(string name)
    {
        await using var server = await StartAsync();
        server.OnJson(
            $"GET /api/batches/{Id}",
            new BatchStatus(Id, "net", 2, BatchState.Succeeded, Items: 1, Done: 1, Files: [new ArtifactFile(name, 4, new string('0', 64))]));
        var run = await RunAsync(server);
        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("not allowed", run.Error, StringComparison.Ordinal);
    }

    private static async Task<ApiServer> StartAsync()
    {
        var server = await ApiServer.StartAsync();
        var target = new UploadTarget("x.zip", new Uri(server.Endpoint, "/blob/x.zip?sig=1"));
        server.OnJson("POST /api/uploads", new UploadTicket([target], DateTimeOffset.UnixEpoch, Id), 201);
        server.On("PUT /blob/x.zip?sig=1", _ => Microsoft.AspNetCore.Http.Results.StatusCode(201));
        return server;
    }

    private Task<Wrn.Run> RunAsync(ApiServer server) =>
        Wrn.RunAsync([.. $"batch net {server.Options} --output".Split(' '), Path.Combine(folder.Path, "out"), folder.Write("x.zip", "zip-bytes")]);
}
