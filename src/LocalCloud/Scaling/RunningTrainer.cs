using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Scaling;

/// <summary>
/// A trainer process and the job that it says it holds. One that hangs, or was stopped, holds a place and renews nothing: once the record says that
/// its job is no longer its own, there is nothing left that it may do, and it is ended.
/// </summary>
internal sealed class RunningTrainer(string name, TimeProvider clock)
{
    /// <summary>How long a trainer whose job is no longer its own may take to end by itself.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private HeldJob? _held;
    private long _idleSince = clock.GetTimestamp();
    private long? _lostSince;

    public string Name => name;

    /// <summary>The process; set when it was started.</summary>
    public ChildProcess Process { get; set; } = null!;

    /// <summary>Whether it has ever held a job.</summary>
    public bool HadJob { get; private set; }

    /// <summary>Whether the scaler ended it.</summary>
    public bool WasEnded { get; private set; }

    /// <summary>The job that it holds by its own account.</summary>
    public HeldJob? Held
    {
        get
        {
            lock (_lock) return _held;
        }
    }

    /// <summary>Takes a line of its output.</summary>
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

    /// <summary>Ends it when it has held nothing for <paramref name="longestIdle"/>; why, or null when it goes on.</summary>
    public string? EndWhenIdle(TimeSpan longestIdle)
    {
        lock (_lock)
        {
            if (_held is not null || clock.GetElapsedTime(_idleSince) < longestIdle) return null;
        }

        return End($"it has held no job for {longestIdle.TotalMinutes:N0} minutes");
    }

    /// <summary>
    /// Ends it when the record has said for <see cref="Grace"/> that <paramref name="held"/> is not its own; why, or null when it goes on.
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

        return End($"job {held.JobId} is no longer its own");
    }

    private string End(string why)
    {
        WasEnded = true;
        Process.Kill();
        return why;
    }
}
