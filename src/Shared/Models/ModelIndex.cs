using System.Text.Json;
using System.Text.Json.Serialization;

namespace WrnCloud.Models;

/// <summary>The jobs' reserved version numbers, <c>models/{name}/index.json</c>.</summary>
/// <param name="Versions">In order of reservation.</param>
public sealed record ModelIndex(IReadOnlyList<ModelIndexEntry> Versions)
{
    /// <summary>Fields written by a newer version; kept when this version rewrites the document.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }
}
