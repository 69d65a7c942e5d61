using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;

namespace WrnCloud.Shared.Tests.Models;

public sealed class ReceiptTests
{
    private static readonly ResolvedTraining Resolved = new(
        "WRN-10-1", "net", "shapes10", new string('a', 64), 10, "fast/shapes10", Recipes.Find("fast/shapes10")!.Settings, 1, null, 77_850);

    private static readonly Receipt Whole = new()
    {
        JobId = "0123456789abcdefghjk",
        Attempt = 2,
        Version = 3,
        Resolved = Resolved,
        ConfigHash = Resolved.ConfigHash(),
        DatasetFiles = [new ArtifactFile("train.bin", 10, new string('d', 64))],
        CodeVersion = "0.1.0+abc",
        Packages = new Dictionary<string, string> { ["TorchSharp"] = "0.107.0" },
        Machine = new ReceiptMachine(".NET 10", "Linux", "a processor", 2, "CPU", "2.10.0"),
        Threads = 2,
        Precision = Precision.Bf16,
        Resumes = new Dictionary<int, ResumePoint> { [2] = new(1, 40) },
        Artefacts = [new ArtifactFile("model.onnx", 5, new string('c', 64))],
    };

    private static readonly ModelVersion Manifest = new()
    {
        Name = "net",
        Version = 3,
        JobId = Whole.JobId,
        Attempt = 2,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Architecture = "WRN-10-1",
        Dataset = "shapes10",
        DatasetHash = Resolved.DatasetHash,
        Classes = ["a", "b"],
        Recipe = "fast/shapes10",
        ConfigHash = Whole.ConfigHash,
        Top1 = 0.9,
        Parity = new ParityResult(true, 0, 1, 1),
        Files = [.. Whole.Artefacts, new ArtifactFile(Receipt.FileName, 100, new string('e', 64))],
    };

    [Fact]
    public void Parse_WhatWasWritten_IsTheSame()
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(Whole, WrnJson.Indented);

        var read = Receipt.Parse(bytes);

        Assert.Equal(bytes, JsonSerializer.SerializeToUtf8Bytes(read, WrnJson.Indented));
        Assert.Equal((2L, Precision.Bf16, 40L), (read.Threads, read.Precision, read.Resumes[2].Step));
    }

    [Fact]
    public void Parse_AnyFieldMissingOrNull_IsRefused()
    {
        var document = JsonSerializer.SerializeToNode(Whole, WrnJson.Indented)!.AsObject();
        foreach (var name in document.Select(p => p.Key).ToList())
        {
            var without = document.DeepClone().AsObject();
            without.Remove(name);
            AssertRefused(without);
            without[name] = null;
            AssertRefused(without);
        }

        static void AssertRefused(JsonObject json) =>
            Assert.Equal(
                "artifact-damaged", Assert.Throws<WrnException>(() => Receipt.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()))).Error.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"schema\":1,\"jobId\":\"x\"}")]
    [InlineData("{\"schema\":\"2\"}")]
    [InlineData("{\"schema\":2,\"jobId\":\"\\ud800\"}")]
    public void Parse_WhatIsNoReceipt_IsRefused(string json) =>
        Assert.Equal("artifact-damaged", Assert.Throws<WrnException>(() => Receipt.Parse(Encoding.UTF8.GetBytes(json))).Error.Code);

    [Fact]
    public void Parse_DamagedBytes_GivesAReceiptOrItsError()
    {
        var whole = JsonSerializer.SerializeToUtf8Bytes(Whole, WrnJson.Compact);
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= (byte)(1 << (at % 8));
            try
            {
                Assert.NotNull(Receipt.Parse(at % 3 == 0 ? whole.AsSpan(0, at) : damaged));
            }
            catch (WrnException e)
            {
                Assert.Equal("artifact-damaged", e.Error.Code);
            }
        }
    }

    [Fact]
    public void DifferencesFrom_ItsManifest_AreNone() => Assert.Empty(Whole.DifferencesFrom(Manifest));

    [Fact]
    public void DifferencesFrom_AnotherManifest_NameEachFieldWithBothValues()
    {
        var other = Manifest with
        {
            JobId = "other",
            Attempt = 1,
            Version = 4,
            Architecture = "WRN-16-1",
            Recipe = "fast/other",
            Dataset = "cifar10",
            DatasetHash = new string('f', 64),
            ConfigHash = new string('0', 64),
            Files = [new ArtifactFile("model.onnx", 5, new string('9', 64)), new ArtifactFile("new.png", 5, new string('8', 64))],
        };

        var differences = Whole.DifferencesFrom(other);

        Assert.Equal(
            ["job", "attempt", "model", "network", "recipe", "data set", "data set hash", "configuration hash", "model.onnx", "new.png"],
            differences.Select(d => d.Split(':')[0]));
        Assert.Contains($"model.onnx: the receipt says {new string('c', 64)}, the manifest {new string('9', 64)}", differences);
    }
}
