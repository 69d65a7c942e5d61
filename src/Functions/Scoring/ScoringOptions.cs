using System.ComponentModel.DataAnnotations;

namespace WrnCloud.Functions.Scoring;

/// <summary>Memory that predictions and batches may take in this process, however many requests arrive at once.</summary>
public sealed class ScoringOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Scoring";

    /// <summary>Memory for loaded models, in MiB: the least recently used are evicted, and a model larger than all of it is rejected.</summary>
    [Range(16, 65_536)]
    public int ModelMegabytes { get; set; } = 512;

    /// <summary>Memory for decoding pictures, in MiB; one picture of the largest size takes about 400.</summary>
    [Range(400, 65_536)]
    public int DecodeMegabytes { get; set; } = 512;

    /// <summary>How long a prediction waits for memory before it fails as <c>overloaded</c>, in seconds. Batches wait without a limit.</summary>
    [Range(0.1, 200)]
    public double WaitSeconds { get; set; } = 30;
}
