using WrnCloud.Scoring;

namespace WrnCloud.Batches;

/// <summary>A line of <c>results.jsonl</c>.</summary>
/// <param name="Index">The entry's index in the archive: its identity.</param>
/// <param name="Name">The entry's name, for reading only.</param>
/// <param name="Top">Most probable classes, best first.</param>
/// <param name="Decision">The best class, or <c>unsure</c>; null where the version has no threshold.</param>
/// <param name="Distance">The picture's distance from the training images; null where the version gives none.</param>
/// <param name="Warning">A warning about the picture's file, which was read all the same; null without one.</param>
public sealed record BatchItemResult(
    int Index, string Name, IReadOnlyList<ClassProbability> Top, string? Decision = null, PictureDistance? Distance = null, string? Warning = null);
