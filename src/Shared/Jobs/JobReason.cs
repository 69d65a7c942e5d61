namespace WrnCloud.Jobs;

/// <summary>Why a job is in its state.</summary>
/// <param name="Code">A code of the error catalogue; while Interrupted <c>trainer-lost</c>, <c>trainer-stopped</c> or <c>lock-lost</c>.</param>
/// <param name="Message">A sentence.</param>
public sealed record JobReason(string Code, string Message);
