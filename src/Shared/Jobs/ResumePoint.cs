namespace WrnCloud.Jobs;

/// <summary>The checkpoint that an attempt went on from. Earlier attempts' metrics count only up to this step.</summary>
public sealed record ResumePoint(int Attempt, long Step);
