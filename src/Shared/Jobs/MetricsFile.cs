namespace WrnCloud.Jobs;

/// <summary>
/// An attempt's metrics: one <see cref="MetricPoint"/> a line, in append blobs.
/// A blob takes so many blocks and no more; a run of days goes on in another part, and the parts in order are one file.
/// </summary>
public static class MetricsFile
{
    /// <summary>The first part's name below the attempt's folder.</summary>
    public const string Name = "metrics.jsonl";

    /// <summary>A part's name, counted from 1: <c>metrics.jsonl</c>, <c>metrics.2.jsonl</c>, ….</summary>
    public static string PartName(int part) => part == 1 ? Name : $"metrics.{part}.jsonl";
}
