using Amqp;

namespace WrnCloud.Messaging.Amqp;

/// <summary>A locked message; its token is the delivery tag that it came with.</summary>
internal sealed class AmqpJobDelivery(AmqpJobQueue queue, Message message, Guid lockToken) : IJobDelivery
{
    private long _lockedUntilTicks = AmqpMessages.Time(message, AmqpMessages.LockedUntil).UtcTicks;

    public string MessageId { get; } = AmqpMessages.MessageId(message);

    public ReadOnlyMemory<byte> Body { get; } = AmqpMessages.Body(message);

    public IReadOnlyDictionary<string, string> Properties { get; } = AmqpMessages.Properties(message);

    public long SequenceNumber { get; } = AmqpMessages.Sequence(message);

    public int DeliveryCount { get; } = (int)(message.Header?.DeliveryCount ?? 0) + 1;

    public Guid LockToken => lockToken;

    public DateTimeOffset LockedUntil => new(Interlocked.Read(ref _lockedUntilTicks), TimeSpan.Zero);

    public async Task<DateTimeOffset> RenewAsync(CancellationToken cancellationToken)
    {
        var until = await queue.RenewAsync(lockToken, cancellationToken);
        Interlocked.Exchange(ref _lockedUntilTicks, until.UtcTicks);
        return until;
    }

    public Task CompleteAsync(CancellationToken cancellationToken) =>
        queue.SettleAsync(lockToken, "completed", reason: null, description: null, cancellationToken);

    public Task AbandonAsync(CancellationToken cancellationToken) =>
        queue.SettleAsync(lockToken, "abandoned", reason: null, description: null, cancellationToken);

    public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) =>
        queue.SettleAsync(lockToken, "suspended", reason, description, cancellationToken);
}
