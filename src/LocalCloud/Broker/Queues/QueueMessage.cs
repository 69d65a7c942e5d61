namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>A stored message. <paramref name="DeliveryCount"/> counts the deliveries that ended without settlement.</summary>
/// <param name="SequenceNumber">
/// Unique in its queue, increasing, kept in the dead-letter queue; a scheduled message gets a new one when it becomes active.
/// </param>
/// <param name="MessageId">The sender's, or one that the broker generated.</param>
/// <param name="Payload">The encoded AMQP message, without delivery annotations.</param>
/// <param name="EnqueuedAt">When the broker accepted it, in whole milliseconds.</param>
/// <param name="ExpiresAt">When its time to live ends; null for never.</param>
/// <param name="DeliveryCount">0 on the first delivery.</param>
/// <param name="Lock">The lock that it is delivered under; null when it is not locked.</param>
/// <param name="State">Active, deferred or scheduled.</param>
/// <param name="DueAt">When a scheduled message becomes active; null for others.</param>
internal sealed record QueueMessage(
    long SequenceNumber,
    string MessageId,
    ReadOnlyMemory<byte> Payload,
    DateTimeOffset EnqueuedAt,
    DateTimeOffset? ExpiresAt = null,
    int DeliveryCount = 0,
    MessageLock? Lock = null,
    MessageState State = MessageState.Active,
    DateTimeOffset? DueAt = null)
{
    /// <summary>
    /// When its state next changes by itself: its lock expires, it becomes active, or its time to live ends.
    /// A deferred message outlives its time to live until a receiver asks for it. Null for never.
    /// </summary>
    public DateTimeOffset? Deadline => Lock?.Until ?? State switch
    {
        MessageState.Active => ExpiresAt,
        MessageState.Scheduled => DueAt,
        _ => null,
    };
}
