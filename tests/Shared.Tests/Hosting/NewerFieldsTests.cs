using System.Text.Json;
using System.Text.Json.Nodes;
using WrnCloud.Batches;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.Shared.Tests.Jobs;

namespace WrnCloud.Shared.Tests.Hosting;

/// <summary>An older program rewrites a document of a newer one: fields that it does not know stay.</summary>
public sealed class NewerFieldsTests
{
    private const string Field = "addedLater";

    [Fact]
    public void Job_Rewritten_KeepsThem()
    {
        var written = Rewritten(
            JobRecords.In(JobState.Queued),
            ["", "resolved", "resolved/settings"],
            j => JobTransitions.Claim(j, TimeSpan.Zero, Precision.Fp32, JobRecords.Noon)!);

        Assert.Equal("running", (string?)written["state"]);
    }

    [Fact]
    public void ModelIndex_Rewritten_KeepsThem() => Rewritten(
        new ModelIndex([new ModelIndexEntry(1, "job")]),
        ["", "versions/0"],
        i => i with { Versions = [.. i.Versions.Select(v => v with { DeletedAt = JobRecords.Noon })] });

    [Fact]
    public void ModelAliases_Rewritten_KeepsThem()
    {
        var alias = new ModelAlias("production", 1, JobRecords.Noon, "key");
        Rewritten(
            new ModelAliases(new Dictionary<string, ModelAlias> { ["production"] = alias }, [alias]),
            ["", "current/production", "history/0"],
            a => a with { History = [.. a.History, alias] });
    }

    [Fact]
    public void BatchRecord_Rewritten_KeepsThem() => Rewritten(
        new BatchRecord { Id = "b", Model = "m", Input = "m/a.zip", InputETag = "1" }, [""], b => b with { Attempt = b.Attempt + 1 });

    private static JsonNode Rewritten<T>(T document, string[] places, Func<T, T> change)
    {
        var stored = JsonSerializer.SerializeToNode(document, WrnJson.Indented)!;
        foreach (var place in places) At(stored, place)[Field] = place;

        var read = JsonSerializer.Deserialize<T>(stored.ToJsonString(), WrnJson.Compact)!;
        var written = JsonSerializer.SerializeToNode(change(read), WrnJson.Indented)!;

        foreach (var place in places) Assert.Equal(place, (string?)At(written, place)[Field]);
        return written;
    }

    private static JsonNode At(JsonNode root, string place) =>
        place.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(root, (node, part) => node is JsonArray list ? list[int.Parse(part)]! : node[part]!);
}
