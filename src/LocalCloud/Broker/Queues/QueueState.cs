using WrnCloud.LocalCloud.Broker.Links;

namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>
/// A queue and its dead-letter queue, and the rules by which they change: first in, first out by sequence number, peek-lock,
/// delivery count, time to live, duplicate detection, dead-lettering, deferral, scheduling. No I/O: the clock and the tokens are given, and
/// every change is listed for a journal. Not thread-safe.
/// </summary>
internal sealed partial class QueueState
{
    public const string DeadLetterSuffix = "/$DeadLetterQueue";

    private readonly TimeProvider _time;
    private readonly Func<Guid> _newToken;
    private readonly PayloadAmender _amend;
    private readonly List<QueueChange> _changes;
    private readonly MessageIndex _messages = new();
    private readonly DuplicateHistory _seen = new();
    private long _nextSequence = 1;

    /// <summary>A queue with its dead-letter queue.</summary>
    public QueueState(QueueSettings settings, TimeProvider time, Func<Guid> newToken, PayloadAmender amend)
        : this(settings.Name, settings, time, newToken, amend, [])
    {
        DeadLetters = new QueueState(settings.Name + DeadLetterSuffix, settings, time, newToken, amend, _changes);
    }

    private QueueState(
        string path, QueueSettings settings, TimeProvider time, Func<Guid> newToken, PayloadAmender amend, List<QueueChange> changes)
    {
        Path = path;
        Settings = settings;
        _time = time;
        _newToken = newToken;
        _amend = amend;
        _changes = changes;
    }

    public string Path { get; }

    public QueueSettings Settings { get; }

    /// <summary>Null in a dead-letter queue: there messages don't expire, and deliveries are not limited.</summary>
    public QueueState? DeadLetters { get; }

    /// <summary>Messages in the queue, locked ones included.</summary>
    public int Count => _messages.Count;

    public int LockedCount => _messages.LockedCount;

    public int DeferredCount => _messages.CountOf(MessageState.Deferred);

    public int ScheduledCount => _messages.CountOf(MessageState.Scheduled);

    /// <summary>The earliest moment at which <see cref="Advance"/> has something to do.</summary>
    public DateTimeOffset NextDeadline => _messages.NextDeadline;

    /// <summary>Whether the queue and its dead letters stay within their limits with this much more.</summary>
    public bool HasRoomFor(int messages, long bytes) =>
        Count + (DeadLetters?.Count ?? 0) + (long)messages <= Settings.MaxMessages
        && _messages.Bytes + (DeadLetters?._messages.Bytes ?? 0) + bytes <= Settings.MaxBytes;

    /// <summary>Changes since the last call, this queue's and its dead-letter queue's, in order.</summary>
    public IReadOnlyList<QueueChange> TakeChanges()
    {
        var taken = _changes.ToArray();
        _changes.Clear();
        return taken;
    }

    /// <summary>Adds a message, active or scheduled. Returns its sequence number; null when it is dropped as a duplicate.</summary>
    public long? Enqueue(IncomingMessage incoming)
    {
        Advance();
        var now = Now();
        if (Settings.DuplicateWindow is { } window)
        {
            if (_seen.Forget(now - window)) _changes.Add(new QueueChange.IdsForgotten(Path, now - window));
            if (!_seen.TryAdd(incoming.MessageId, now)) return null;
            _changes.Add(new QueueChange.IdSeen(Path, incoming.MessageId, now));
        }

        var due = incoming.ScheduledFor > now ? incoming.ScheduledFor : null;
        var life = Shorter(incoming.TimeToLive, Settings.TimeToLive);
        var message = new QueueMessage(_nextSequence, incoming.MessageId, incoming.Payload, now, life is null ? null : Later(due ?? now, life.Value));
        Add(due is null ? message : message with { State = MessageState.Scheduled, DueAt = due });
        return message.SequenceNumber;
    }

    /// <summary>Locks the first available message; null when there is none.</summary>
    public QueueMessage? TryLock()
    {
        Advance();
        return _messages.FirstAvailable is { } message ? Lock(message) : null;
    }

    /// <summary>Receives and deletes the first available message; null when there is none.</summary>
    public QueueMessage? TryTake()
    {
        Advance();
        if (_messages.FirstAvailable is not { } message)
        {
            return null;
        }

        Remove(message);
        return message;
    }

    /// <summary>Removes a locked message; false when the lock is lost.</summary>
    public bool Complete(Guid token)
    {
        if (Locked(token) is not { } message)
        {
            return false;
        }

        Remove(message);
        return true;
    }

    /// <summary>Makes a locked message available again, as a failed delivery; false when the lock is lost.</summary>
    public bool Abandon(Guid token, IReadOnlyDictionary<string, object?>? properties = null)
    {
        if (Locked(token) is not { } message)
        {
            return false;
        }

        var amended = properties is { Count: > 0 };
        Fail(amended ? message with { Payload = _amend(message.Payload, properties!) } : message, amended);
        return true;
    }

    /// <summary>
    /// Makes a locked message available again without counting a delivery, because none was made or accepted; false when the lock is lost.
    /// </summary>
    public bool Release(Guid token)
    {
        if (Locked(token) is not { } message)
        {
            return false;
        }

        Unlock(message, payloadToo: false);
        return true;
    }

    /// <summary>Moves a locked message, with properties added, to the dead-letter queue, which must exist; false when the lock is lost.</summary>
    public bool DeadLetter(Guid token, IReadOnlyDictionary<string, object?> properties)
    {
        if (Locked(token) is not { } message)
        {
            return false;
        }

        DeadLetter(message, properties);
        return true;
    }

    /// <summary>Extends a lock by the lock duration from now; null when it is lost.</summary>
    public DateTimeOffset? Renew(Guid token)
    {
        if (Locked(token) is not { } message)
        {
            return null;
        }

        var until = Now() + Settings.LockDuration;
        Update(message with { Lock = new MessageLock(token, until) });
        return until;
    }

    /// <summary>At most <paramref name="count"/> messages from a sequence number on, locked ones included, unchanged.</summary>
    public IReadOnlyList<QueueMessage> Peek(long from, int count)
    {
        Advance();
        return _messages.From(from, count);
    }

    /// <summary>Applies everything that is due: locks expire, scheduled messages become active, and unlocked messages expire.</summary>
    public void Advance()
    {
        var now = Now();
        while (_messages.FirstDue(now) is { } due)
        {
            if (due.Lock is not null) Fail(due, payloadToo: false);
            else if (due.State == MessageState.Scheduled) Activate(due, now);
            else Expire(due);
        }
    }

    /// <summary>Restores the journal's content; nothing is listed as a change. Ids come oldest first.</summary>
    public void Restore(long nextSequence, IEnumerable<QueueMessage> messages, IEnumerable<(string Id, DateTimeOffset At)> seenIds)
    {
        _nextSequence = nextSequence;
        foreach (var message in messages)
        {
            _messages.Put(message);
        }

        foreach (var (id, at) in seenIds)
        {
            _seen.TryAdd(id, at);
        }
    }

    private static TimeSpan? Shorter(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b ?? a : a;

    private static DateTimeOffset Later(DateTimeOffset now, TimeSpan life) =>
        life < DateTimeOffset.MaxValue - now ? now + life : DateTimeOffset.MaxValue;

    // Whole milliseconds, the precision of AMQP timestamps and the journal.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());

    private QueueMessage? Locked(Guid token)
    {
        Advance();
        return _messages.FindLocked(token);
    }

    private void Fail(QueueMessage message, bool payloadToo)
    {
        var failed = message with { DeliveryCount = message.DeliveryCount + 1 };
        if (DeadLetters is not null && failed.DeliveryCount >= Settings.MaxDeliveryCount)
        {
            DeadLetter(failed, DeadLetterReason.MaxDeliveryCount(Settings.MaxDeliveryCount));
            return;
        }

        Unlock(failed, payloadToo);
    }

    private void Unlock(QueueMessage message, bool payloadToo)
    {
        var free = message with { Lock = null };
        if (free.State == MessageState.Active && free.ExpiresAt <= Now()) Expire(free);
        else Update(free, payloadToo);
    }

    private void Expire(QueueMessage message)
    {
        if (Settings.DeadLetterOnExpiration) DeadLetter(message, DeadLetterReason.Expired);
        else Remove(message);
    }

    private void DeadLetter(QueueMessage message, IReadOnlyDictionary<string, object?> properties)
    {
        var deadLetters = DeadLetters ?? throw new InvalidOperationException($"'{Path}' has no dead-letter queue.");

        // A client's properties may not be encodable; encode before the message is removed.
        var payload = _amend(message.Payload, properties);
        Remove(message);
        deadLetters.Add(message with { Payload = payload, Lock = null, ExpiresAt = null, State = MessageState.Active });
    }

    private void Add(QueueMessage message)
    {
        _nextSequence = Math.Max(_nextSequence, message.SequenceNumber + 1);
        _changes.Add(new QueueChange.Added(Path, message));
        _messages.Put(message);
    }

    private QueueMessage Lock(QueueMessage message)
    {
        var locked = message with { Lock = new MessageLock(_newToken(), Now() + Settings.LockDuration) };
        Update(locked);
        return locked;
    }

    private void Update(QueueMessage message, bool payloadToo = false)
    {
        _changes.Add(new QueueChange.Updated(Path, message, payloadToo));
        _messages.Put(message);
    }

    private void Remove(QueueMessage message)
    {
        _messages.Remove(message.SequenceNumber);
        _changes.Add(new QueueChange.Removed(Path, message.SequenceNumber));
    }
}
