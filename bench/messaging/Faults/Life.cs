namespace WrnCloud.MessagingBench.Faults;

/// <summary>What the clients saw of one message.</summary>
internal sealed class Life
{
    private readonly Lock _gate = new();
    private readonly List<(DateTimeOffset From, DateTimeOffset Until)> _holds = [];
    private bool _acknowledged;
    private DateTimeOffset? _completed;
    private bool _maybeCompleted;
    private bool _returned;

    /// <summary>The sender was told that it is stored.</summary>
    public void Acknowledge()
    {
        lock (_gate) _acknowledged = true;
    }

    /// <summary>A receiver holds it from now until its lock ends, or until <see cref="LetGo"/>. Returns the hold.</summary>
    public int Hold(DateTimeOffset from, DateTimeOffset until)
    {
        lock (_gate)
        {
            _returned |= _completed < from;
            _holds.Add((from, until));
            return _holds.Count - 1;
        }
    }

    /// <summary>The hold lasts longer, or ends earlier.</summary>
    public void LetGo(int hold, DateTimeOffset until)
    {
        lock (_gate) _holds[hold] = (_holds[hold].From, until);
    }

    /// <summary>Its completion was confirmed at this moment; null for an answer that leaves it open.</summary>
    public void Complete(DateTimeOffset? at)
    {
        lock (_gate)
        {
            _completed ??= at;
            _maybeCompleted = true;
        }
    }

    /// <summary>What is wrong with its life, once the queues are empty; null for nothing.</summary>
    public string? Fault()
    {
        lock (_gate)
        {
            if (_acknowledged && !_maybeCompleted) return "lost";
            if (_returned) return "returned after its completion";
            var ordered = _holds.OrderBy(h => h.From).ToList();
            return ordered.Zip(ordered.Skip(1)).Any(p => p.Second.From < p.First.Until) ? "held by two" : null;
        }
    }

    /// <summary>Deliveries.</summary>
    public int Deliveries
    {
        get
        {
            lock (_gate) return _holds.Count;
        }
    }

    /// <summary>Whether the sender was told.</summary>
    public bool IsAcknowledged
    {
        get
        {
            lock (_gate) return _acknowledged;
        }
    }
}
