using System.Text;
using System.Text.Json;
using WrnCloud.Batches;
using WrnCloud.Functions.Scoring;
using WrnCloud.Hosting;
using WrnCloud.Images;
using WrnCloud.Models;
using WrnCloud.Scoring;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>Parts of a batch: each is one create-only file, so that a part exists whole or not at all, and is never done twice.</summary>
public sealed class BatchParts(BlobStore blobs, Classifier classifier, TimeProvider clock)
{
    private const int ImagesPerRun = 64;
    private const long BytesPerRun = 32L << 20;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    /// <summary>Classifies a part's items unless its file exists. Between runs it checks the time limit and renews the lease.</summary>
    public async Task<PartEnd> EnsureAsync(
        BatchRecord record,
        ModelVersion version,
        BatchInput input,
        int part,
        Func<bool> timeIsUp,
        Func<Task<BatchRecord?>> keepAlive,
        CancellationToken cancellationToken)
    {
        var name = BatchNames.Part(record.Model, record.Id, part);
        if (await blobs.ExistsAsync(name, cancellationToken)) return PartEnd.Done;
        var lines = new StringBuilder();
        var first = part * BatchLimits.PartSize;
        var end = Math.Min(first + BatchLimits.PartSize, input.Items.Count);
        var lastBeat = clock.GetTimestamp();
        for (var next = first; next < end;)
        {
            if (timeIsUp()) return PartEnd.TimeIsUp;
            if (clock.GetElapsedTime(lastBeat) > Heartbeat)
            {
                if (await keepAlive() is null) return PartEnd.LeaseLost;
                lastBeat = clock.GetTimestamp();
            }

            var images = await ReadRunAsync(input, next, end, cancellationToken);
            var (results, _) = await classifier.ClassifyAsync(version, images, cancellationToken);
            foreach (var result in results) lines.Append(Line(input.Indices[next++], result)).Append('\n');
        }

        await blobs.TryCreateAsync(name, Encoding.UTF8.GetBytes(lines.ToString()), "application/jsonl", cancellationToken);
        return PartEnd.Done;
    }

    // The limit on a run's bytes bounds memory, the one on its pixels the time between two checks of clock and lease.
    private static async Task<IReadOnlyList<NamedImage>> ReadRunAsync(BatchInput input, int first, int end, CancellationToken cancellationToken)
    {
        var images = new List<NamedImage>();
        long bytes = 0, pixels = 0;
        for (var i = first; i < end && images.Count < ImagesPerRun && bytes < BytesPerRun && pixels < Classifier.MaxPixels; i++)
        {
            var image = await input.ReadAsync(i, cancellationToken);
            images.Add(image);
            bytes += image.Bytes.Length;
            pixels += ImageDecoder.CountPixels(image.Bytes);
        }

        return images;
    }

    private static string Line(int index, PredictResult result) => result.Error is { } error
        ? JsonSerializer.Serialize(new BatchItemError(index, result.Name, error.Code, error.Message), WrnJson.Compact)
        : JsonSerializer.Serialize(
            new BatchItemResult(index, result.Name, result.Top, result.Decision, result.Distance, result.Warning), WrnJson.Compact);
}
