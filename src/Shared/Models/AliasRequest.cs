namespace WrnCloud.Models;

/// <summary>Body of PUT alias.</summary>
/// <param name="Version">The version that the alias shall name.</param>
public sealed record AliasRequest(int Version);
