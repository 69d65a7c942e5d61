using System.Diagnostics;
using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Scaling;

/// <summary>
/// A file of the trainer processes. A killed scaler leaves trainers behind that are still handing over their work; the next scaler counts them,
/// so that there are never more than allowed, and kills those that do not exit, identified by process id and start time.
/// </summary>
internal sealed class TrainerRegister(string folder, TimeProvider clock)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "trainers.json";

    /// <summary>Longer than a trainer takes to hand over its work.</summary>
    private static readonly TimeSpan HandOverTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for a killed process to go.</summary>
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(30);

    // Each process derives start times from the time since boot, so that they differ a little.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private readonly string _path = Path.Combine(folder, FileName);
    private readonly long _openedAt = clock.GetTimestamp();
    private List<Entry> _left = [];
    private long? _killedAt;

    /// <summary>Trainers of an earlier scaler that are still running.</summary>
    public int Left => _left.Count;

    /// <summary>Reads which trainers were left behind.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_path)) return;
        try
        {
            _left = JsonSerializer.Deserialize<List<Entry>>(await File.ReadAllBytesAsync(_path, cancellationToken), WrnJson.Compact) ?? [];
        }
        catch (JsonException)
        {
            // Not a file of ours: none is counted.
        }

        _left = [.. _left.OfType<Entry>().Where(IsAlive)];
    }

    /// <summary>Records the running trainers, besides those left behind.</summary>
    public Task WriteAsync(IEnumerable<int> running, CancellationToken cancellationToken)
    {
        var entries = running.Select(id => StartOf(id) is { } start ? new Entry(id, start) : null).OfType<Entry>().Concat(_left).ToList();
        return PrivateFile.WriteAsync(_path, JsonSerializer.SerializeToUtf8Bytes(entries, WrnJson.Compact), cancellationToken);
    }

    /// <summary>Removes the trainers that have exited and kills those that take too long. Returns the ids of the ones killed now.</summary>
    public IReadOnlyList<int> Reap()
    {
        _left = [.. _left.Where(IsAlive)];
        if (_left.Count == 0 || clock.GetElapsedTime(_openedAt) < HandOverTimeout) return [];
        if (_killedAt is { } killedAt)
        {
            // Killed and still listed: its parent never reaped it, as in a container without an init process.
            if (clock.GetElapsedTime(killedAt) > EndTime) _left = [];
            return [];
        }

        // Counted until it is gone: the kernel may take a while to tear down a large process.
        _killedAt = clock.GetTimestamp();
        foreach (var entry in _left) Kill(entry);
        return [.. _left.Select(e => e.Id)];
    }

    private static bool IsAlive(Entry entry) => StartOf(entry.Id) is { } start && (start - entry.StartedAt).Duration() < Tolerance;

    private static DateTimeOffset? StartOf(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : new DateTimeOffset(process.StartTime);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static void Kill(Entry entry)
    {
        if (!IsAlive(entry)) return;
        try
        {
            using var process = Process.GetProcessById(entry.Id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It exited just now.
        }
    }

    private sealed record Entry(int Id, DateTimeOffset StartedAt);
}
