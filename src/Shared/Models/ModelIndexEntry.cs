using System.Text.Json;
using System.Text.Json.Serialization;

namespace WrnCloud.Models;

/// <summary>A reserved version.</summary>
/// <param name="Version">1, 2, 3, …</param>
/// <param name="JobId">The job that it is reserved for.</param>
/// <param name="DeletedAt">Set when the version was deleted; its number is never reused.</param>
public sealed record ModelIndexEntry(int Version, string JobId, DateTimeOffset? DeletedAt = null)
{
    /// <summary>Fields written by a newer version; kept when this version rewrites the document.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }
}
