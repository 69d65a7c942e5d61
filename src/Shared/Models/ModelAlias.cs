using System.Text.Json;
using System.Text.Json.Serialization;

namespace WrnCloud.Models;

/// <summary>A movable name for a version.</summary>
/// <param name="Name">Such as <c>production</c>.</param>
/// <param name="Version">The version that it points to now.</param>
/// <param name="MovedAt">When it was set.</param>
/// <param name="MovedBy">Who set it.</param>
/// <param name="Previous">The version before, for rolling back.</param>
public sealed record ModelAlias(string Name, int Version, DateTimeOffset MovedAt, string MovedBy, int? Previous = null)
{
    /// <summary>The alias that predict uses when none is named.</summary>
    public const string Production = "production";

    /// <summary>Fields written by a newer version; kept when this version rewrites the document.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }
}
