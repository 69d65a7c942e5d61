namespace WrnCloud.Jobs;

/// <summary>A job record as read.</summary>
/// <param name="Job">The record.</param>
/// <param name="ETag">For the conditional write.</param>
/// <param name="Age">Time since the last write by the store's clock; a running job older than the lease has lost its holder.</param>
public sealed record StoredJob(Job Job, string ETag, TimeSpan Age);
