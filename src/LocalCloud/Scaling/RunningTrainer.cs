using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Scaling;

/// <summary>
/// A trainer process and the job that it says it holds. One that hangs, or was suspended, takes up a slot but renews no lease: once the record
/// says that it has lost its job, it may do no more work and is killed.
/// </summary>
internal sealed class RunningTrainer(string name, TimeProvider clock)
{
    /// <summary>Time that a trainer which has lost its job has to exit by itself.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private HeldJob? _held;
    private long _idleSince = clock.GetTimestamp();
    private long? _lostSince;

    public string Name => name;

    /// <summary>The process; set once it has started.</summary>
    public ChildProcess Process { get; set; } = null!;

    /// <summary>Whether it has ever held a job.</summary>
    public bool HadJob { get; private set; }

    /// <summary>Whether the scaler killed it.</summary>
    public bool WasEnded { get; private set; }

    /// <summary>The job that it last reported to hold.</summary>
    public HeldJob? Held
    {
        get
        {
            lock (_lock) return _held;
        }
    }

    /// <summary>Handles a line of its output.</summary>
    public void Hear(string line)
    {
        if (!HeldJob.TryParse(line, out var held)) return;
        lock (_lock)
        {
            _held = held;
            _lostSince = null;
            _idleSince = clock.GetTimestamp();
            HadJob |= held is not null;
        }
    }

    /// <summary>Kills it when it has held no job for <paramref name="longestIdle"/>. Returns the reason, or null when it keeps running.</summary>
    public string? EndWhenIdle(TimeSpan longestIdle)
    {
        lock (_lock)
        {
            if (_held is not null || clock.GetElapsedTime(_idleSince) < longestIdle) return null;
        }

        return End($"it has held no job for {longestIdle.TotalMinutes:N0} minutes");
    }

    /// <summary>
    /// Kills it when the record has said for <see cref="Grace"/> that it has lost <paramref name="held"/>. Returns the reason, or null when it
    /// keeps running.
    /// </summary>
    public string? EndWhenLost(HeldJob held, StoredJob? stored)
    {
        lock (_lock)
        {
            if (_held != held) return null;
            if (held.IsHeldIn(stored))
            {
                _lostSince = null;
                return null;
            }

            _lostSince ??= clock.GetTimestamp();
            if (clock.GetElapsedTime(_lostSince.Value) < Grace) return null;
        }

        return End($"it has lost job {held.JobId}");
    }

    private string End(string why)
    {
        WasEnded = true;
        Process.Kill();
        return why;
    }
}
