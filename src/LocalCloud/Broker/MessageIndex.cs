namespace WrnCloud.LocalCloud.Broker;

/// <summary>A queue's messages, by sequence number, by lock token, and in order.</summary>
internal sealed class MessageIndex
{
    private readonly Dictionary<long, QueueMessage> _messages = [];
    private readonly SortedSet<long> _order = [];
    private readonly SortedSet<long> _available = [];
    private readonly Dictionary<Guid, long> _locks = [];

    public int Count => _messages.Count;

    public int LockedCount => _locks.Count;

    public QueueMessage? FirstAvailable => _available.Count == 0 ? null : _messages[_available.Min];

    public IReadOnlyList<QueueMessage> Locked => [.. _locks.Values.Select(n => _messages[n])];

    public IReadOnlyList<QueueMessage> Available => [.. _available.Select(n => _messages[n])];

    public QueueMessage? FindLocked(Guid token) => _locks.TryGetValue(token, out var sequence) ? _messages[sequence] : null;

    public IReadOnlyList<QueueMessage> From(long sequenceNumber, int count) =>
        [.. _order.GetViewBetween(sequenceNumber, long.MaxValue).Take(count).Select(n => _messages[n])];

    /// <summary>Adds a message, or replaces the one with its sequence number.</summary>
    public void Put(QueueMessage message)
    {
        Remove(message.SequenceNumber);
        _messages.Add(message.SequenceNumber, message);
        _order.Add(message.SequenceNumber);
        if (message.Lock is { } held)
        {
            _locks.Add(held.Token, message.SequenceNumber);
        }
        else
        {
            _available.Add(message.SequenceNumber);
        }
    }

    public void Remove(long sequenceNumber)
    {
        if (!_messages.Remove(sequenceNumber, out var message))
        {
            return;
        }

        _order.Remove(sequenceNumber);
        _available.Remove(sequenceNumber);
        if (message.Lock is { } held)
        {
            _locks.Remove(held.Token);
        }
    }

    /// <summary>The earliest end of a lock or of an available message's life, or the maximum.</summary>
    public DateTimeOffset NextDeadline() => _messages.Values
        .Select(m => m.Lock?.Until ?? m.ExpiresAt ?? DateTimeOffset.MaxValue)
        .DefaultIfEmpty(DateTimeOffset.MaxValue)
        .Min();
}
