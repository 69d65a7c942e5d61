using System.Text;
using System.Text.Json;
using WrnCloud.Batches;
using WrnCloud.Functions.Scoring;
using WrnCloud.Hosting;
using WrnCloud.Models;
using WrnCloud.Scoring;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>Parts of a batch: each is one create-only file, so a part is there whole or not at all, and is never done twice.</summary>
public sealed class BatchParts(BlobStore blobs, Classifier classifier, TimeProvider clock)
{
    private const int ImagesPerRun = 64;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    /// <summary>Classifies a part's items unless its file is there.</summary>
    public async Task EnsureAsync(
        BatchRecord record, ModelVersion version, BatchInput input, int part, Func<Task<BatchRecord?>> keepAlive, CancellationToken cancellationToken)
    {
        var name = BatchNames.Part(record.Model, record.Id, part);
        if (await blobs.ExistsAsync(name, cancellationToken)) return;
        var lines = new StringBuilder();
        var first = part * BatchLimits.PartSize;
        var end = Math.Min(first + BatchLimits.PartSize, input.Items.Count);
        var lastBeat = clock.GetTimestamp();
        for (var start = first; start < end; start += ImagesPerRun)
        {
            if (clock.GetElapsedTime(lastBeat) > Heartbeat)
            {
                if (await keepAlive() is null) return;
                lastBeat = clock.GetTimestamp();
            }

            var images = new List<NamedImage>();
            for (var i = start; i < Math.Min(start + ImagesPerRun, end); i++) images.Add(await input.ReadAsync(i, cancellationToken));
            var (results, _) = await classifier.ClassifyAsync(version, images, cancellationToken);
            for (var i = 0; i < results.Count; i++) lines.Append(Line(start + i, results[i])).Append('\n');
        }

        await blobs.TryCreateAsync(name, Encoding.UTF8.GetBytes(lines.ToString()), "application/jsonl", cancellationToken);
    }

    private static string Line(int index, PredictResult result) => result.Error is { } error
        ? JsonSerializer.Serialize(new BatchItemError(index, result.Name, error.Code, error.Message), WrnJson.Compact)
        : JsonSerializer.Serialize(new BatchItemResult(index, result.Name, result.Top), WrnJson.Compact);
}
