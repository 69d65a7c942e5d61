using System.Text.Json;
using System.Text.Json.Serialization;

namespace WrnCloud.Models;

/// <summary>A reserved version.</summary>
/// <param name="Version">1, 2, 3, …</param>
/// <param name="JobId">The job that it is reserved for.</param>
/// <param name="DeletedAt">Set when the version was removed; its number is never used again.</param>
public sealed record ModelIndexEntry(int Version, string JobId, DateTimeOffset? DeletedAt = null)
{
    /// <summary>Fields that a newer version wrote; they stay when this version rewrites the document.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }
}
