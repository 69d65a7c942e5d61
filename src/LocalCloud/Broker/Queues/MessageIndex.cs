namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>A queue's messages, by sequence number, by lock token, by deadline, and in order. Every change takes logarithmic time.</summary>
internal sealed class MessageIndex
{
    private readonly Dictionary<long, QueueMessage> _messages = [];
    private readonly SortedSet<long> _order = [];
    private readonly SortedSet<long> _available = [];
    private readonly Dictionary<Guid, long> _locks = [];
    private readonly SortedSet<(DateTimeOffset At, long Sequence)> _deadlines = [];
    private readonly int[] _states = new int[Enum.GetValues<MessageState>().Length];

    public int Count => _messages.Count;

    /// <summary>Size of all payloads, in bytes.</summary>
    public long Bytes { get; private set; }

    public int LockedCount => _locks.Count;

    public QueueMessage? FirstAvailable => _available.Count == 0 ? null : _messages[_available.Min];

    /// <summary>The earliest deadline of any message, or the maximum.</summary>
    public DateTimeOffset NextDeadline => _deadlines.Count == 0 ? DateTimeOffset.MaxValue : _deadlines.Min.At;

    public int CountOf(MessageState state) => _states[(int)state];

    public QueueMessage? Find(long sequenceNumber) => _messages.GetValueOrDefault(sequenceNumber);

    public QueueMessage? FindLocked(Guid token) => _locks.TryGetValue(token, out var sequence) ? _messages[sequence] : null;

    /// <summary>The message with the earliest passed deadline; null when none has passed.</summary>
    public QueueMessage? FirstDue(DateTimeOffset now) => NextDeadline <= now ? _messages[_deadlines.Min.Sequence] : null;

    public IReadOnlyList<QueueMessage> From(long sequenceNumber, int count) =>
        [.. _order.GetViewBetween(sequenceNumber, long.MaxValue).Take(count).Select(n => _messages[n])];

    /// <summary>Adds a message, or replaces the one with its sequence number.</summary>
    public void Put(QueueMessage message)
    {
        var sequence = message.SequenceNumber;
        if (_messages.TryGetValue(sequence, out var before)) Unlist(before);
        else _order.Add(sequence);
        _messages[sequence] = message;
        Bytes += message.Payload.Length;
        _states[(int)message.State]++;
        if (message.Lock is { } held) _locks.Add(held.Token, sequence);
        else if (message.State == MessageState.Active) _available.Add(sequence);
        if (message.Deadline is { } deadline) _deadlines.Add((deadline, sequence));
    }

    public void Remove(long sequenceNumber)
    {
        if (!_messages.Remove(sequenceNumber, out var message)) return;
        _order.Remove(sequenceNumber);
        Unlist(message);
    }

    private void Unlist(QueueMessage message)
    {
        Bytes -= message.Payload.Length;
        _states[(int)message.State]--;
        if (message.Lock is { } held) _locks.Remove(held.Token);
        else if (message.State == MessageState.Active) _available.Remove(message.SequenceNumber);
        if (message.Deadline is { } deadline) _deadlines.Remove((deadline, message.SequenceNumber));
    }
}
