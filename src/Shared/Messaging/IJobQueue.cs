namespace WrnCloud.Messaging;

/// <summary>
/// A Service Bus queue (or its dead-letter queue), as this system uses it: peek-lock, one message at a time.
/// Every member throws <see cref="MessagingException"/> with a typed <see cref="MessagingFailure"/>; broken connections are
/// retried internally, with back-off and within a budget, before they surface.
/// </summary>
public interface IJobQueue : IAsyncDisposable
{
    /// <summary>The entity's path, such as <c>training-jobs</c> or <c>training-jobs/$DeadLetterQueue</c>.</summary>
    string Path { get; }

    /// <summary>Sends one message and returns when the broker has accepted it durably.</summary>
    Task SendAsync(OutgoingMessage message, CancellationToken cancellationToken);

    /// <summary>Receives one message under a lock, or null when none arrived within <paramref name="maxWait"/>. Never leaves credit behind.</summary>
    Task<IJobDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken);

    /// <summary>Browses at most <paramref name="maxCount"/> messages without locking them, from a sequence number (inclusive), in order.</summary>
    Task<IReadOnlyList<PeekedMessage>> PeekAsync(long fromSequenceNumber, int maxCount, CancellationToken cancellationToken);
}
