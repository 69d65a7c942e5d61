using System.Collections.Concurrent;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Upkeep;

/// <summary>
/// When each upkeep timer came round last, in the store: in Azure the timer and whoever asks for health are often not the same process. A beat is a
/// blob's time of writing, so that the store's clock is on both sides.
/// </summary>
public sealed class Heartbeats(BlobStore blobs, TimeProvider clock)
{
    /// <summary>Timer that looks after jobs.</summary>
    public const string Jobs = "jobs";

    /// <summary>Timer that looks after batches under way.</summary>
    public const string Batches = "batches";

    /// <summary>Timer that finds inputs whose event was lost.</summary>
    public const string Inputs = "inputs";

    private const string Folder = "upkeep";
    private const string ContentType = "application/octet-stream";

    // A beat is written more seldom than the quickest timer runs: writes are billed.
    private static readonly TimeSpan WriteEvery = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, long> _written = new();
    private readonly long _start = clock.GetTimestamp();

    /// <summary>Each timer with the longest silence that is no fault.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> Limits { get; } = new Dictionary<string, TimeSpan>
    {
        [Jobs] = TimeSpan.FromMinutes(8),
        [Batches] = TimeSpan.FromMinutes(8),
        [Inputs] = TimeSpan.FromMinutes(20),
    };

    /// <summary>Notes that a timer's round has ended well.</summary>
    public async Task BeatAsync(string timer, CancellationToken cancellationToken)
    {
        if (_written.TryGetValue(timer, out var last) && clock.GetElapsedTime(last) < WriteEvery) return;
        var name = NameOf(timer);

        // Who comes second need not write again: the beat that it lost to is as new.
        if (await blobs.ReadAsync(name, cancellationToken) is { } found)
            await blobs.TryReplaceAsync(name, ReadOnlyMemory<byte>.Empty, ContentType, found.ETag, cancellationToken);
        else
            await blobs.TryCreateAsync(name, ReadOnlyMemory<byte>.Empty, ContentType, cancellationToken);
        _written[timer] = clock.GetTimestamp();
    }

    /// <summary>
    /// The timers that have been silent for too long. Silence counts from this process's start at the earliest: after a pause of the whole service
    /// the timers get the time to come round.
    /// </summary>
    public async Task<IReadOnlyList<string>> FindStaleAsync(CancellationToken cancellationToken)
    {
        var uptime = clock.GetElapsedTime(_start);
        var beats = await Task.WhenAll(Limits.Keys.Select(async t => (Timer: t, Beat: await blobs.ReadAsync(NameOf(t), cancellationToken))));
        return [.. beats.Where(b => uptime > Limits[b.Timer] && (b.Beat is null || b.Beat.Age > Limits[b.Timer])).Select(b => b.Timer)];
    }

    private static BlobName NameOf(string timer) => BlobName.Of(Containers.Requests, Folder, timer);
}
