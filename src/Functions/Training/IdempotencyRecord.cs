namespace WrnCloud.Functions.Training;

/// <summary>The request that an idempotency key was used for, <c>requests/{hash}.json</c>.</summary>
/// <param name="BodyHash">SHA-256 of the normalised request.</param>
/// <param name="JobId">The job that it made.</param>
/// <param name="AcceptedAt">When; after 24 h the key may be used again.</param>
public sealed record IdempotencyRecord(string BodyHash, string JobId, DateTimeOffset AcceptedAt);
