namespace WrnCloud.LocalCloud.Stack;

/// <summary>
/// When to restart a part that died: after a pause that doubles with each crash, until there were too many in a short time.
/// </summary>
internal sealed class RestartPolicy(TimeProvider clock)
{
    /// <summary>Crashes within <see cref="Window"/> after which the part is still restarted.</summary>
    public const int MaxDeaths = 5;

    /// <summary>A crash counts for this long.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    private readonly Queue<long> _deaths = new();

    /// <summary>Counts a crash. Returns the pause before the next start: 0.5, 1, 2, 4, 8 s; null when there were too many.</summary>
    public TimeSpan? Died()
    {
        while (_deaths.TryPeek(out var earliest) && clock.GetElapsedTime(earliest) > Window) _deaths.Dequeue();
        _deaths.Enqueue(clock.GetTimestamp());
        return _deaths.Count > MaxDeaths ? null : FirstPause * Math.Pow(2, _deaths.Count - 1);
    }
}
