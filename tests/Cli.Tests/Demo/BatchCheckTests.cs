using WrnCloud.Batches;
using WrnCloud.Cli.Demo;
using WrnCloud.Datasets;
using WrnCloud.Models;
using WrnCloud.Scoring;

namespace WrnCloud.Cli.Tests.Demo;

public sealed class BatchCheckTests
{
    private static readonly IReadOnlyList<DemoArchiveEntry> Archive =
        [new("a.png", 0, null), new("broken.png", null, "image-undecodable"), new("b.png", 1, null)];

    [Fact]
    public void Run_Balanced_EverythingHolds()
    {
        Assert.All(BatchCheck.Run(Archive, Status(), Output()), c => Assert.True(c.Holds, c.Claim));
        Assert.Equal(0.5, BatchCheck.Accuracy(Archive, Output()));
    }

    [Fact]
    public void Run_EntryLost_DoesNotHold() => AssertFails(Status(), Output() with { Results = [Result(0, 0)] });

    [Fact]
    public void Run_EntryTwice_DoesNotHold() => AssertFails(Status(), Output() with { Results = [Result(0, 0), Result(0, 0)] });

    [Fact]
    public void Run_WrongKindOfError_DoesNotHold() =>
        AssertFails(Status(), Output() with { Errors = [new BatchItemError(1, "broken.png", "format-unsupported", "m")] });

    [Fact]
    public void Run_GoodEntryInError_DoesNotHold() =>
        AssertFails(
            Status(), Output() with { Results = [Result(1, 0), Result(2, 0)], Errors = [new BatchItemError(0, "a.png", "image-undecodable", "m")] });

    [Fact]
    public void Run_StatusCountsOtherwise_DoesNotHold() => AssertFails(Status() with { Results = 1 }, Output());

    [Fact]
    public void Run_ManifestCountsOtherwise_DoesNotHold() =>
        AssertFails(Status(), Output() with { Manifest = Output().Manifest with { Errors = 2 } });

    [Fact]
    public void Run_FileChangedAfterTheManifest_DoesNotHold() =>
        AssertFails(Status(), Output() with { Hashes = new Dictionary<string, string> { ["results.jsonl"] = "other", ["errors.jsonl"] = "e" } });

    private static void AssertFails(BatchStatus status, BatchOutput output) =>
        Assert.Contains(BatchCheck.Run(Archive, status, output), c => !c.Holds);

    private static BatchStatus Status() => new("id", "net", 1, BatchState.Succeeded, Items: 3, Done: 3, Results: 2, Errors: 1);

    private static BatchOutput Output() => new(
        [Result(0, 0), Result(2, 0)],
        [new BatchItemError(1, "broken.png", "image-undecodable", "m")],
        new BatchManifest(
            1, "id", "net", 1, "in", "input-hash", 3, 2, 1, 0, [new ArtifactFile("results.jsonl", 1, "r"), new ArtifactFile("errors.jsonl", 1, "e")]),
        "input-hash",
        new Dictionary<string, string> { ["results.jsonl"] = "r", ["errors.jsonl"] = "e" });

    private static BatchItemResult Result(int index, int label) => new(index, Archive[index].Name, [new ClassProbability("c", label, 0.9)]);
}
