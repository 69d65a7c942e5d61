using System.Text.Json;
using System.Text.Json.Serialization;

namespace WrnCloud.Models;

/// <summary>A model's aliases, <c>models/{name}/aliases.json</c>, guarded by the blob's ETag.</summary>
/// <param name="Current">By alias name.</param>
/// <param name="History">Every move, oldest first; at most the last 100.</param>
public sealed record ModelAliases(IReadOnlyDictionary<string, ModelAlias> Current, IReadOnlyList<ModelAlias> History)
{
    /// <summary>No aliases.</summary>
    public static ModelAliases Empty { get; } = new(new Dictionary<string, ModelAlias>(), []);

    /// <summary>Fields written by a newer version; kept when this version rewrites the document.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }
}
