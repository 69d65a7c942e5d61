namespace WrnCloud.Jobs;

/// <summary>A decision about a message, with its cause.</summary>
/// <param name="Decision">What to do with the message.</param>
/// <param name="Reason">A code, for logs and the dead-letter reason.</param>
/// <param name="Job">The claimed job.</param>
public sealed record ClaimResult(ClaimDecision Decision, string Reason, Job? Job = null);
