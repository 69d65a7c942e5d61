namespace WrnCloud.Models;

/// <summary>Which job has which version, <c>models/{name}/index.json</c>: where version numbers are reserved.</summary>
/// <param name="Versions">In order of reservation.</param>
public sealed record ModelIndex(IReadOnlyList<ModelIndexEntry> Versions);
