using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Training;

/// <summary>A job's metrics as one series without seams: each attempt counts only up to the step that a later one went on from.</summary>
public sealed class MetricsReader(BlobStore blobs)
{
    public async Task<IReadOnlyList<MetricPoint>> ReadAsync(Job job, CancellationToken cancellationToken)
    {
        var points = new List<MetricPoint>();
        for (var attempt = 1; attempt <= job.Attempt; attempt++)
        {
            // An attempt that found no checkpoint starts at step 0, so it replaces everything before it.
            var from = job.Resumes.TryGetValue(attempt, out var resume) ? resume.Step : 0;
            var own = await ReadAttemptAsync(job.Id, attempt, cancellationToken);
            if (own.Count == 0) continue;
            points.RemoveAll(p => p.Step > from);
            points.AddRange(own.Where(p => p.Step > from));
        }

        return points;
    }

    private async Task<List<MetricPoint>> ReadAttemptAsync(string jobId, int attempt, CancellationToken cancellationToken)
    {
        var blob = await blobs.ReadAsync(JobStore.AttemptFolder(jobId, attempt).Child(MetricsFile.Name), cancellationToken);
        var points = new List<MetricPoint>();
        if (blob is null) return points;
        foreach (var line in new StreamReader(new MemoryStream(blob.Bytes.ToArray())).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            points.Add(JsonSerializer.Deserialize<MetricPoint>(line, WrnJson.Compact)!);
        return points;
    }
}
