namespace WrnCloud.Jobs;

/// <summary>The append blob of an attempt's metrics: one <see cref="MetricPoint"/> a line.</summary>
public static class MetricsFile
{
    /// <summary>Its name below the attempt's folder.</summary>
    public const string Name = "metrics.jsonl";
}
