namespace WrnCloud.Models;

/// <summary>A model in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Latest">Highest version whose parity check passed; null when there is none.</param>
/// <param name="Versions">Published versions, newest first.</param>
/// <param name="Aliases">Alias to version.</param>
/// <param name="Top1">Test accuracy of the latest version, 0 to 1.</param>
/// <param name="Architecture">Network of the latest version.</param>
/// <param name="Dataset">Data set of the latest version.</param>
/// <param name="TestImages">Images that <paramref name="Top1"/> was measured on; null in versions older than this field.</param>
public sealed record ModelSummary(
    string Name,
    int? Latest,
    IReadOnlyList<int> Versions,
    IReadOnlyDictionary<string, int> Aliases,
    double? Top1,
    string? Architecture,
    string? Dataset,
    int? TestImages = null);
