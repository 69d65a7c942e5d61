namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>
/// How one queue behaves. Null durations mean that the feature is off: no expiry, no duplicate detection. The limits count the queue and its
/// dead-letter queue together; at one of them senders are refused.
/// </summary>
internal sealed record QueueSettings(
    string Name,
    TimeSpan LockDuration,
    int MaxDeliveryCount,
    TimeSpan? TimeToLive = null,
    bool DeadLetterOnExpiration = false,
    TimeSpan? DuplicateWindow = null,
    int MaxMessages = QueueSettings.DefaultMaxMessages,
    long MaxBytes = QueueSettings.DefaultMaxBytes)
{
    /// <summary>Messages, whatever their size.</summary>
    public const int DefaultMaxMessages = 250_000;

    /// <summary>Payloads; they are held in memory.</summary>
    public const long DefaultMaxBytes = 512L * 1024 * 1024;
}
