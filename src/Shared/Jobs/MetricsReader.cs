using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.Storage;

namespace WrnCloud.Jobs;

/// <summary>A job's metrics as one series without seams: each attempt counts only up to the step that a later one went on from.</summary>
public sealed class MetricsReader(BlobStore blobs)
{
    /// <summary>The series so far; empty when nothing was measured.</summary>
    public async Task<IReadOnlyList<MetricPoint>> ReadAsync(Job job, CancellationToken cancellationToken)
    {
        var attempts = new List<IReadOnlyList<MetricPoint>>();
        for (var attempt = 1; attempt <= job.Attempt; attempt++) attempts.Add(await ReadAttemptAsync(job.Id, attempt, cancellationToken));
        return Join(job.Resumes, attempts);
    }

    /// <summary>Joins the attempts' points, the first attempt's first.</summary>
    /// <param name="resumes">Where each attempt went on from; one that is missing began at step 0 and replaces everything before it.</param>
    /// <param name="attempts">Points by attempt.</param>
    public static IReadOnlyList<MetricPoint> Join(IReadOnlyDictionary<int, ResumePoint> resumes, IReadOnlyList<IReadOnlyList<MetricPoint>> attempts)
    {
        var points = new List<MetricPoint>();
        for (var i = 0; i < attempts.Count; i++)
        {
            if (attempts[i].Count == 0) continue;
            var from = resumes.TryGetValue(i + 1, out var resume) ? resume.Step : 0;
            points.RemoveAll(p => p.Step > from);

            // Stopped between an epoch's last step and its evaluation: the step was the earlier attempt's, the evaluation is this one's.
            var evaluated = points.Any(p => p.Step == from && p.Top1 is not null);
            points.AddRange(attempts[i].Where(p => p.Step > from || (p.Step == from && p.Top1 is not null && !evaluated)));
        }

        return points;
    }

    private async Task<IReadOnlyList<MetricPoint>> ReadAttemptAsync(string jobId, int attempt, CancellationToken cancellationToken)
    {
        var points = new List<MetricPoint>();
        var folder = JobStore.AttemptFolder(jobId, attempt);
        for (var part = 1; await blobs.ReadAsync(folder.Child(MetricsFile.PartName(part)), cancellationToken) is { } blob; part++)
        {
            using var reader = new StreamReader(new MemoryStream(blob.Bytes.ToArray()));
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
                points.Add(JsonSerializer.Deserialize<MetricPoint>(line, WrnJson.Compact)!);
        }

        return points;
    }
}
