using System.Text.Json.Serialization;

namespace WrnCloud.Jobs;

/// <summary>The weights that a run starts from: a published version's, or a set of pretrained ones.</summary>
/// <param name="Model">The model's name, or the set's.</param>
/// <param name="Version">The model's version, as it was when the request was accepted; null for a set of weights.</param>
/// <param name="WeightsSha256">SHA-256 (lower-case hex) of the weights' file: other bytes are not taken.</param>
/// <param name="NewHead">Whether the classifier is a new one, because the classes are others.</param>
/// <param name="Freeze">What keeps its starting weights.</param>
public sealed record ResolvedInit(string Model, int? Version, string WeightsSha256, bool NewHead, Freeze Freeze)
{
    /// <summary>Where a set of weights is from and under which licence; null for a version.</summary>
    public string? Source { get; init; }

    /// <summary>As users name it: <c>NAME@VERSION</c>, or the set's name.</summary>
    [JsonIgnore]
    public string Name => Version is null ? Model : $"{Model}@{Version}";
}
