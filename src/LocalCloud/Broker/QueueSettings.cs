namespace WrnCloud.LocalCloud.Broker;

/// <summary>How one queue behaves. Null durations mean that the feature is off: no expiry, no duplicate detection.</summary>
internal sealed record QueueSettings(
    string Name,
    TimeSpan LockDuration,
    int MaxDeliveryCount,
    TimeSpan? TimeToLive = null,
    bool DeadLetterOnExpiration = false,
    TimeSpan? DuplicateWindow = null);
