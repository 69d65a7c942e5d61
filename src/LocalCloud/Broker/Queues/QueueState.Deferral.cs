namespace WrnCloud.LocalCloud.Broker.Queues;

/// <content>Messages that are delivered out of turn: deferred and scheduled ones.</content>
internal sealed partial class QueueState
{
    /// <summary>Defers a locked message, with its properties changed if any are given; false when the lock is lost.</summary>
    public bool Defer(Guid token, IReadOnlyDictionary<string, object?>? properties = null)
    {
        if (Locked(token) is not { } message) return false;
        var amended = properties is { Count: > 0 };
        var payload = amended ? _amend(message.Payload, properties!) : message.Payload;
        Update(message with { State = MessageState.Deferred, Lock = null, Payload = payload }, amended);
        return true;
    }

    /// <summary>
    /// Locks deferred messages, all or none: null when one is missing, not deferred or locked,
    /// or has outlived its time to live, which makes it expire now.
    /// </summary>
    public IReadOnlyList<QueueMessage>? TryLockDeferred(IReadOnlyList<long> sequenceNumbers) =>
        FindDeferred(sequenceNumbers) is { } found ? [.. found.Select(Lock)] : null;

    /// <summary>Receives and deletes deferred messages, all or none, as <see cref="TryLockDeferred"/>.</summary>
    public IReadOnlyList<QueueMessage>? TryTakeDeferred(IReadOnlyList<long> sequenceNumbers)
    {
        if (FindDeferred(sequenceNumbers) is not { } found) return null;
        foreach (var message in found) Remove(message);
        return found;
    }

    /// <summary>Removes scheduled messages, all or none; false when one is missing or already active.</summary>
    public bool CancelScheduled(IReadOnlyList<long> sequenceNumbers)
    {
        Advance();
        var found = sequenceNumbers.Distinct().Select(_messages.Find).ToList();
        if (found.Exists(m => m is not { State: MessageState.Scheduled })) return false;
        foreach (var message in found) Remove(message!);
        return true;
    }

    private List<QueueMessage>? FindDeferred(IReadOnlyList<long> sequenceNumbers)
    {
        Advance();
        var now = Now();
        var found = new List<QueueMessage>();
        var missing = false;
        foreach (var message in sequenceNumbers.Distinct().Select(_messages.Find))
        {
            if (message is not { State: MessageState.Deferred, Lock: null })
            {
                missing = true;
            }
            else if (message.ExpiresAt <= now)
            {
                Expire(message);
                missing = true;
            }
            else
            {
                found.Add(message);
            }
        }

        return missing ? null : found;
    }

    // It joins the end of the queue under a new sequence number, as if it were sent now.
    private void Activate(QueueMessage scheduled, DateTimeOffset now)
    {
        Remove(scheduled);
        Add(scheduled with { SequenceNumber = _nextSequence, State = MessageState.Active, DueAt = null, EnqueuedAt = now });
    }
}
