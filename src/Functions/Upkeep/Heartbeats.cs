using System.Collections.Concurrent;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Upkeep;

/// <summary>
/// The last run of each upkeep timer, kept in the store: in Azure the timer and the health check often run in different processes. A beat is the time
/// at which a blob was written, so that only the store's clock counts.
/// </summary>
public sealed class Heartbeats(BlobStore blobs, TimeProvider clock)
{
    /// <summary>Timer that looks after jobs.</summary>
    public const string Jobs = "jobs";

    /// <summary>Timer that resumes stalled batches.</summary>
    public const string Batches = "batches";

    /// <summary>Timer that finds inputs whose event was lost.</summary>
    public const string Inputs = "inputs";

    private const string Folder = "upkeep";
    private const string ContentType = "application/octet-stream";

    // Beats are written less often than the fastest timer runs, because writes are billed.
    private static readonly TimeSpan WriteEvery = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, long> _written = new();
    private readonly long _start = clock.GetTimestamp();

    /// <summary>Each timer with its longest acceptable silence.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> Limits { get; } = new Dictionary<string, TimeSpan>
    {
        [Jobs] = TimeSpan.FromMinutes(8),
        [Batches] = TimeSpan.FromMinutes(8),
        [Inputs] = TimeSpan.FromMinutes(20),
    };

    /// <summary>Records that a timer's run has succeeded.</summary>
    public async Task BeatAsync(string timer, CancellationToken cancellationToken)
    {
        if (_written.TryGetValue(timer, out var last) && clock.GetElapsedTime(last) < WriteEvery) return;
        var name = NameOf(timer);

        // The loser of a race need not write again: the winner's beat is as recent.
        if (await blobs.ReadAsync(name, cancellationToken) is { } found)
            await blobs.TryReplaceAsync(name, ReadOnlyMemory<byte>.Empty, ContentType, found.ETag, cancellationToken);
        else
            await blobs.TryCreateAsync(name, ReadOnlyMemory<byte>.Empty, ContentType, cancellationToken);
        _written[timer] = clock.GetTimestamp();
    }

    /// <summary>
    /// The timers that have been silent for too long. Silence counts from this process's start at the earliest, so that after an outage of the whole
    /// service the timers have time to run.
    /// </summary>
    public async Task<IReadOnlyList<string>> FindStaleAsync(CancellationToken cancellationToken)
    {
        var uptime = clock.GetElapsedTime(_start);
        var beats = await Task.WhenAll(Limits.Keys.Select(async t => (Timer: t, Beat: await blobs.ReadAsync(NameOf(t), cancellationToken))));
        return [.. beats.Where(b => uptime > Limits[b.Timer] && (b.Beat is null || b.Beat.Age > Limits[b.Timer])).Select(b => b.Timer)];
    }

    private static BlobName NameOf(string timer) => BlobName.Of(Containers.Requests, Folder, timer);
}
