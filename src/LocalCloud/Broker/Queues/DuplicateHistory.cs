namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>The message ids seen within a window, oldest first.</summary>
internal sealed class DuplicateHistory
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTimeOffset At)> _order = new();

    /// <summary>False when the id is known.</summary>
    public bool TryAdd(string id, DateTimeOffset at)
    {
        if (!_ids.Add(id))
        {
            return false;
        }

        _order.Enqueue((id, at));
        return true;
    }

    /// <summary>Removes the ids seen at or before <paramref name="before"/>; true when there were any.</summary>
    public bool Forget(DateTimeOffset before)
    {
        var any = false;
        while (_order.TryPeek(out var oldest) && oldest.At <= before)
        {
            _ids.Remove(_order.Dequeue().Id);
            any = true;
        }

        return any;
    }
}
