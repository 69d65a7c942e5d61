using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Uploads;

namespace WrnCloud.Cli.Tests.Pushing;

public sealed class DatasetPushTests : IDisposable
{
    private static readonly string[] Files = ["tiny_train.bin", "tiny_test.bin", "manifest.json"];
    private readonly TestFolder folder = new();

    public DatasetPushTests()
    {
        folder.Write("tiny_train.bin", Cifar10Binary.Write(Shapes10.Generate(20, 1)));
        folder.Write("tiny_test.bin", Cifar10Binary.Write(Shapes10.Generate(10, 2)));
        folder.Write("batches.meta.txt", string.Join('\n', Shapes10.Classes) + "\n");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Push_NewDataset_PutsTheManifestLast()
    {
        await using var server = await StartAsync(Files);
        var run = await PushAsync(server);
        Assert.Equal(ExitCodes.Ok, run.Code);
        var puts = server.Requests.Where(r => r.Line.StartsWith("PUT", StringComparison.Ordinal)).ToList();
        Assert.Equal(["PUT /blob/tiny_train.bin", "PUT /blob/tiny_test.bin", "PUT /blob/manifest.json"], puts.Select(p => p.Line));
        Assert.All(puts, p => Assert.Equal(("BlockBlob", "*"), (p.Headers["x-ms-blob-type"], p.Headers["If-None-Match"])));
        var manifest = DatasetManifest.Parse(puts[^1].Body);
        Assert.Equal((20, 10, "star"), (manifest.Images.Train, manifest.Images.Test, manifest.Classes[4]));
        var request = JsonSerializer.Deserialize<UploadRequest>(server.Requests.First().Body, WrnJson.Strict)!;
        Assert.Equal(Files, request.Files!.Select(f => f.Name));
        Assert.Equal(puts.Select(p => (long)p.Body.Length), request.Files!.Select(f => f.Length));
    }

    [Fact]
    public async Task Push_ToTheStore_NeverSendsTheKeyOfTheApi()
    {
        await using var server = await StartAsync(Files);
        await PushAsync(server);
        Assert.DoesNotContain(server.Requests, r => r.Line.StartsWith("PUT", StringComparison.Ordinal) && r.Headers.ContainsKey("x-functions-key"));
    }

    [Fact]
    public async Task Push_SameDatasetAgain_UploadsNothing()
    {
        await using var server = await StartAsync([]);
        var run = await PushAsync(server);
        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("already exists", run.Output, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(409, null)]
    [InlineData(412, null)]
    [InlineData(403, "UnauthorizedBlobOverwrite")]
    public async Task Push_AFileOfAnEarlierTry_IsLeftAndTheRestGoes(int status, string? code)
    {
        await using var server = await StartAsync(Files);
        server.On("PUT /blob/tiny_train.bin", context =>
        {
            if (code is not null) context.Response.Headers["x-ms-error-code"] = code;
            return Results.StatusCode(status);
        });
        Assert.Equal(ExitCodes.Ok, (await PushAsync(server)).Code);
        Assert.Contains(server.Requests, r => r.Line == "PUT /blob/manifest.json");
    }

    [Fact]
    public async Task Push_FilesOfAnEarlierTry_AreNotSentAgain()
    {
        await using var server = await StartAsync(["tiny_test.bin", "manifest.json"]);

        var run = await PushAsync(server);

        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains("1 of 3 files are there already", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, r => r.Line == "PUT /blob/tiny_train.bin");
        Assert.Equal("GET /api/datasets/tiny", server.Requests.Last().Line);
    }

    [Fact]
    public async Task Push_FilesThatArrivedOtherwise_AreNoDataSet()
    {
        await using var server = await StartAsync(Files);
        server.On("GET /api/datasets/tiny", _ => ApiServer.Problem(ErrorCatalogue.UploadMismatch, "train.bin differs"));

        var run = await PushAsync(server);

        Assert.Equal(ExitCodes.Refused, run.Code);
        Assert.Contains("train.bin differs", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_UploadRefused_EndsBeforeTheManifest()
    {
        await using var server = await StartAsync(Files);
        server.On("PUT /blob/tiny_test.bin", _ => Results.StatusCode(403));
        var run = await PushAsync(server);
        Assert.Equal(ExitCodes.Refused, run.Code);
        Assert.Contains("tiny_test.bin", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, r => r.Line == "PUT /blob/manifest.json");
    }

    [Fact]
    public async Task Push_TruncatedFile_FailsBeforeAnyRequest()
    {
        folder.Write("tiny_test.bin", new byte[Cifar10Binary.RecordBytes - 1]);
        await using var server = await StartAsync(Files);
        var run = await PushAsync(server);
        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("tiny_test.bin", run.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    private static async Task<ApiServer> StartAsync(IEnumerable<string> files)
    {
        var server = await ApiServer.StartAsync();
        var targets = files.OrderBy(f => f != "manifest.json").Select(f => new UploadTarget(f, new Uri(server.Endpoint, $"/blob/{f}"))).ToList();
        server.OnJson("POST /api/uploads", new UploadTicket(targets, DateTimeOffset.UnixEpoch), 201);
        foreach (var file in Files) server.On($"PUT /blob/{file}", _ => Results.StatusCode(201));
        server.OnJson(
            "GET /api/datasets/tiny",
            DatasetManifest.Of(
                "tiny",
                DatasetFormat.Cifar10Binary,
                [DatasetFile.Of("a", DatasetSplit.Train, [1])],
                Shapes10.Generate(1, 1),
                Shapes10.Generate(1, 2)));
        return server;
    }

    private Task<Wrn.Run> PushAsync(ApiServer server) => Wrn.RunAsync([.. $"datasets push tiny {server.Options} --data".Split(' '), folder.Path]);
}
