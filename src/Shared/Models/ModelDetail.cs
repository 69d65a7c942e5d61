namespace WrnCloud.Models;

/// <summary>A model with its versions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Latest">Highest version whose parity check passed.</param>
/// <param name="Aliases">Alias to version.</param>
/// <param name="Versions">Newest first.</param>
public sealed record ModelDetail(string Name, int? Latest, IReadOnlyDictionary<string, int> Aliases, IReadOnlyList<ModelVersion> Versions);
