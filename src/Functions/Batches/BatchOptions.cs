using System.ComponentModel.DataAnnotations;

namespace WrnCloud.Functions.Batches;

/// <summary>Options for processing batches.</summary>
public sealed class BatchOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Batches";

    /// <summary>
    /// Lease of a batch in seconds: a worker that has not rewritten the batch's record for longer has lost it; it does so every 20 s, between runs.
    /// </summary>
    [Range(5, 600)]
    public int LeaseSeconds { get; set; } = 60;

    internal TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
