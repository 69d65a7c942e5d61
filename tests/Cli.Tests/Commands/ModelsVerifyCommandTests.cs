using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;

namespace WrnCloud.Cli.Tests.Commands;

/// <summary>What is found before the trainer is started; a version that holds is verified end to end.</summary>
public sealed class ModelsVerifyCommandTests
{
    private const string Artefacts = "GET /api/models/shapes10-wrn-10-1/versions/3/artifacts/";
    private static readonly byte[] Onnx = [1, 2, 3, 4, 5];
    private static readonly byte[] Weights = [6, 7, 8];

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("weights.safetensors")]
    public async Task Verify_BitFlippedOnTheWay_FailsWithBothHashes(string file)
    {
        await using var server = await ServeAsync(Receipt(), Onnx);
        var bytes = file == "model.onnx" ? Onnx : Weights;
        var flipped = (byte[])bytes.Clone();
        flipped[1] ^= 0x10;
        server.On(Artefacts + file, _ => Results.Bytes(flipped));

        var run = await Wrn.RunAsync($"models verify shapes10-wrn-10-1@3 {server.Options}");

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains(Hash(bytes), run.Output, StringComparison.Ordinal);
        Assert.Contains(Hash(flipped), run.Output, StringComparison.Ordinal);
        Assert.Contains("artifact-damaged", run.Output, StringComparison.Ordinal);
        Assert.Matches("network.*skipped", run.Output);
    }

    [Fact]
    public async Task Verify_ReceiptOfAnotherJob_FailsWithBothValues()
    {
        await using var server = await ServeAsync(Receipt() with { JobId = "another" }, Onnx);

        var run = await Wrn.RunAsync($"models verify shapes10-wrn-10-1@3 {server.Options}");

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains($"job: the receipt says another, the manifest {Samples.JobId}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_ArtefactGone_FailsAndLooksAtTheOthers()
    {
        await using var server = await ServeAsync(Receipt(), Onnx);
        server.On(Artefacts + "model.onnx", _ => ApiServer.Problem(ErrorCatalogue.ModelNotFound, "The artefact was deleted."));

        var run = await Wrn.RunAsync($"models verify shapes10-wrn-10-1@3 {server.Options} --json");

        Assert.Equal(ExitCodes.Failed, run.Code);
        var report = JsonSerializer.Deserialize<VerificationReport>(run.Output, WrnJson.Compact)!;
        Assert.Equal(
            [
                ("model.onnx", VerificationOutcome.Failed),
                ("weights.safetensors", VerificationOutcome.Passed),
                ("receipt.json", VerificationOutcome.Passed),
                ("receipt", VerificationOutcome.Passed),
                ("network", VerificationOutcome.Skipped),
            ],
            report.Checks.Select(c => (c.Name, c.Outcome)));
    }

    [Fact]
    public async Task Verify_NameAlone_TakesWhatPredictWouldTake()
    {
        await using var server = await ServeAsync(Receipt(), [9]);
        server.OnJson(
            "GET /api/models/shapes10-wrn-10-1", new ModelDetail("shapes10-wrn-10-1", 5, new Dictionary<string, int> { ["production"] = 3 }, []));

        var run = await Wrn.RunAsync($"models verify shapes10-wrn-10-1 {server.Options}");

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("shapes10-wrn-10-1@3 differs from what was published", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_NoVersionThatServes_SaysSo()
    {
        await using var server = await ApiServer.StartAsync();
        server.OnJson("GET /api/models/net", new ModelDetail("net", null, new Dictionary<string, int>(), []));

        var run = await Wrn.RunAsync($"models verify net {server.Options}");

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("net@1", run.Error, StringComparison.Ordinal);
    }

    private static async Task<ApiServer> ServeAsync(Receipt receipt, byte[] onnx)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(receipt, WrnJson.Indented);
        var server = await ApiServer.StartAsync();
        var version = Samples.Version(3) with
        {
            Files = [File("model.onnx", Onnx), File("weights.safetensors", Weights), File("receipt.json", json)],
            ConfigHash = receipt.ConfigHash,
        };
        return server
            .OnJson("GET /api/models/shapes10-wrn-10-1/versions/3", version)
            .On(Artefacts + "model.onnx", _ => Results.Bytes(onnx))
            .On(Artefacts + "weights.safetensors", _ => Results.Bytes(Weights))
            .On(Artefacts + "receipt.json", _ => Results.Bytes(json));
    }

    private static Receipt Receipt() => new()
    {
        JobId = Samples.JobId,
        Attempt = 1,
        Version = 3,
        Resolved = Samples.Resolved(),
        ConfigHash = Samples.Resolved().ConfigHash(),
        DatasetFiles = [],
        CodeVersion = "0.1.0",
        Packages = new Dictionary<string, string>(),
        Machine = new ReceiptMachine(".NET", "Linux", "processor", 2, "CPU", "2.10.0"),
        Threads = 2,
        Precision = Precision.Fp32,
        Resumes = new Dictionary<int, ResumePoint>(),
        Artefacts = [File("model.onnx", Onnx), File("weights.safetensors", Weights)],
    };

    private static ArtifactFile File(string name, byte[] bytes) => new(name, bytes.Length, Hash(bytes));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
