namespace WrnCloud.Models;

/// <summary>Body of PUT alias.</summary>
public sealed record AliasRequest
{
    /// <summary>The version that the alias points to.</summary>
    public int? Version { get; init; }
}
