using System.Text.Json;
using System.Text.Json.Serialization;

namespace WrnCloud.Models;

/// <summary>Which job has which version, <c>models/{name}/index.json</c>: where version numbers are reserved.</summary>
/// <param name="Versions">In order of reservation.</param>
public sealed record ModelIndex(IReadOnlyList<ModelIndexEntry> Versions)
{
    /// <summary>Fields that a newer version wrote; they stay when this version rewrites the document.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }
}
