namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>One step of a queue's journal. The changes from one call of <see cref="QueueState.TakeChanges"/> are committed together.</summary>
internal abstract record QueueChange(string Queue)
{
    /// <summary>A message is new in the queue.</summary>
    public sealed record Added(string Queue, QueueMessage Message) : QueueChange(Queue);

    /// <summary>A message's delivery count, lock, state or payload changed.</summary>
    public sealed record Updated(string Queue, QueueMessage Message, bool PayloadToo) : QueueChange(Queue);

    /// <summary>A message left the queue.</summary>
    public sealed record Removed(string Queue, long SequenceNumber) : QueueChange(Queue);

    /// <summary>A message id was seen, for duplicate detection.</summary>
    public sealed record IdSeen(string Queue, string MessageId, DateTimeOffset At) : QueueChange(Queue);

    /// <summary>Message ids seen before <paramref name="Before"/> no longer count.</summary>
    public sealed record IdsForgotten(string Queue, DateTimeOffset Before) : QueueChange(Queue);
}
