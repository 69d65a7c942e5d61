namespace WrnCloud.Jobs;

/// <summary>The checkpoint that an attempt went on from. Earlier attempts' metrics count only up to this step.</summary>
/// <param name="Attempt">The attempt that wrote the checkpoint.</param>
/// <param name="Step">Optimizer steps that it holds.</param>
public sealed record ResumePoint(int Attempt, long Step);
