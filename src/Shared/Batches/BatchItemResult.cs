using WrnCloud.Scoring;

namespace WrnCloud.Batches;

/// <summary>A line of <c>results.jsonl</c>.</summary>
/// <param name="Index">The entry's index in the archive: its identity.</param>
/// <param name="Name">The entry's name, for reading only.</param>
/// <param name="Top">Most probable classes, best first.</param>
public sealed record BatchItemResult(int Index, string Name, IReadOnlyList<ClassProbability> Top);
