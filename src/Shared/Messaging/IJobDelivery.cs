namespace WrnCloud.Messaging;

/// <summary>A message received under a lock. It is settled and renewed by lock token, so that both survive a reconnect.</summary>
public interface IJobDelivery
{
    /// <summary>The message's id, as set by its sender (or the broker).</summary>
    string MessageId { get; }

    /// <summary>The body's bytes.</summary>
    ReadOnlyMemory<byte> Body { get; }

    /// <summary>Application properties, values as text.</summary>
    IReadOnlyDictionary<string, string> Properties { get; }

    /// <summary>The broker's sequence number.</summary>
    long SequenceNumber { get; }

    /// <summary>Deliveries including this one: 1 on the first.</summary>
    int DeliveryCount { get; }

    /// <summary>The lock's token.</summary>
    Guid LockToken { get; }

    /// <summary>When the lock expires unless renewed, by the broker's clock.</summary>
    DateTimeOffset LockedUntil { get; }

    /// <summary>
    /// Extends the lock by the queue's lock duration; returns the new expiry. <see cref="MessagingFailure.LockLost"/> when it is gone.
    /// </summary>
    Task<DateTimeOffset> RenewAsync(CancellationToken cancellationToken);

    /// <summary>Removes the message from the queue. <see cref="MessagingFailure.LockLost"/> when the lock is gone.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Returns the message to the queue at once; its delivery count rises.</summary>
    Task AbandonAsync(CancellationToken cancellationToken);

    /// <summary>Moves the message to the dead-letter queue with a reason (a stable code) and a description.</summary>
    Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken);
}
