using WrnCloud.Jobs;

namespace WrnCloud.Scoring;

/// <summary>One picture's answer: classes, or an error.</summary>
/// <param name="Name">The picture's name as sent.</param>
/// <param name="Top">Most probable classes, best first; empty with an error.</param>
/// <param name="Error">Why there is no prediction.</param>
public sealed record PredictResult(string Name, IReadOnlyList<ClassProbability> Top, JobReason? Error = null);
