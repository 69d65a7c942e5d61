using System.Collections.Concurrent;

namespace WrnCloud.MessagingBench.Soak;

/// <summary>What happened to messages and receives.</summary>
internal sealed class SoakTally
{
    private int _receives;
    private int _empty;
    private int _failed;
    private int _again;

    public ConcurrentDictionary<string, bool> Sent { get; } = new();

    public ConcurrentDictionary<string, bool> Done { get; } = new();

    /// <summary>Asked to be completed; the answer may have been cut off.</summary>
    public ConcurrentDictionary<string, bool> Settling { get; } = new();

    /// <summary>Sent, and neither completed nor asked to be.</summary>
    public int Missing => Sent.Keys.Count(id => !Done.ContainsKey(id) && !Settling.ContainsKey(id));

    public int Receives => _receives;

    /// <summary>Receives that ended without a message.</summary>
    public int Empty => _empty;

    public int Failed => _failed;

    /// <summary>Deliveries that weren't the first of their message.</summary>
    public int Again => _again;

    public void Ended(string? messageId, int deliveryCount)
    {
        Interlocked.Increment(ref _receives);
        if (messageId is null) Interlocked.Increment(ref _empty);
        else if (deliveryCount > 1) Interlocked.Increment(ref _again);
    }

    public void Broke() => Interlocked.Increment(ref _failed);
}
