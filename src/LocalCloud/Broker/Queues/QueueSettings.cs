namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>
/// Settings of one queue. A null duration turns its feature off: no expiry, no duplicate detection. The limits count the queue and its
/// dead-letter queue together; once one is reached, senders are rejected.
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
    /// <summary>Number of messages, whatever their size.</summary>
    public const int DefaultMaxMessages = 250_000;

    /// <summary>Size of the payloads, in bytes; they are held in memory.</summary>
    public const long DefaultMaxBytes = 512L * 1024 * 1024;
}
