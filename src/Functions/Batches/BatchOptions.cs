using System.ComponentModel.DataAnnotations;

namespace WrnCloud.Functions.Batches;

/// <summary>How batches are worked on.</summary>
public sealed class BatchOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Batches";

    /// <summary>
    /// A worker that has not rewritten its batch's record for longer has lost it, in seconds; it rewrites it every 20 s, between runs.
    /// </summary>
    [Range(5, 600)]
    public int LeaseSeconds { get; set; } = 60;

    internal TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
