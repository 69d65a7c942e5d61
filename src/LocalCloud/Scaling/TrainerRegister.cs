using System.Diagnostics;
using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Scaling;

/// <summary>
/// Which trainer processes there are, in a file: a scaler that was killed leaves trainers that are handing their work on, and the next one counts
/// them, so that there are never more than allowed. One that does not end is ended, by its id and the time of its start.
/// </summary>
internal sealed class TrainerRegister(string folder, TimeProvider clock)
{
    /// <summary>Name of its file.</summary>
    public const string FileName = "trainers.json";

    /// <summary>Longer than a trainer takes to hand its work on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Longest time that a killed process is waited for.</summary>
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(30);

    // Every process works the time out anew, from the time since the machine's start.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private readonly string _path = Path.Combine(folder, FileName);
    private readonly long _openedAt = clock.GetTimestamp();
    private List<Entry> _left = [];
    private long? _killedAt;

    /// <summary>Trainers of an earlier scaler that have not ended yet.</summary>
    public int Left => _left.Count;

    /// <summary>Reads who was left behind.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_path)) return;
        try
        {
            _left = JsonSerializer.Deserialize<List<Entry>>(await File.ReadAllBytesAsync(_path, cancellationToken), WrnJson.Compact) ?? [];
        }
        catch (JsonException)
        {
            // Not ours: nobody is counted.
        }

        _left = [.. _left.OfType<Entry>().Where(IsAlive)];
    }

    /// <summary>Notes who runs now, besides those who were left.</summary>
    public Task WriteAsync(IEnumerable<int> running, CancellationToken cancellationToken)
    {
        var entries = running.Select(id => StartOf(id) is { } start ? new Entry(id, start) : null).OfType<Entry>().Concat(_left).ToList();
        return PrivateFile.WriteAsync(_path, JsonSerializer.SerializeToUtf8Bytes(entries, WrnJson.Compact), cancellationToken);
    }

    /// <summary>Forgets those who have ended, and ends those who take too long. The ids of the ones that it ends now.</summary>
    public IReadOnlyList<int> Reap()
    {
        _left = [.. _left.Where(IsAlive)];
        if (_left.Count == 0 || clock.GetElapsedTime(_openedAt) < Patience) return [];
        if (_killedAt is { } killedAt)
        {
            // Killed, and still there: nobody reaps it, as in a container without an init.
            if (clock.GetElapsedTime(killedAt) > EndTime) _left = [];
            return [];
        }

        // Counted until it is gone: the kernel may take a while over a large process.
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
            // It has ended in this moment.
        }
    }

    private sealed record Entry(int Id, DateTimeOffset StartedAt);
}
