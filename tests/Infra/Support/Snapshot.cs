using System.Text.Json.Nodes;

namespace WrnCloud.Infra.Support;

/// <summary>What a deployment would create, as the compiler resolved it: the golden file of the same name.</summary>
internal sealed class Snapshot
{
    private readonly JsonArray _resources;

    private Snapshot(JsonNode content) => (_resources, Text) = (content["predictedResources"]!.AsArray(), content.ToJsonString());

    /// <summary>All of it.</summary>
    public string Text { get; }

    public IEnumerable<JsonNode> Resources => _resources.OfType<JsonNode>();

    public static Snapshot Read(string name) => new(JsonNode.Parse(Repository.Read($"tests/Infra/Golden/{name}.snapshot.json"))!);

    public IReadOnlyList<JsonNode> OfType(string type) => [.. Resources.Where(r => (string?)r["type"] == type)];

    public JsonNode Single(string type, string nameBeginsWith = "") =>
        OfType(type).Single(r => ((string)r["name"]!).StartsWith(nameBeginsWith, StringComparison.Ordinal));
}
