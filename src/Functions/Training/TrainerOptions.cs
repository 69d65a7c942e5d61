using System.ComponentModel.DataAnnotations;

namespace WrnCloud.Functions.Training;

/// <summary>Capacity of the trainers' machines, as configured for the functions.</summary>
public sealed class TrainerOptions
{
    /// <summary>Name of the configuration section: the trainer's own.</summary>
    public const string Section = "Trainer";

    /// <summary>Memory that a training may take, in GiB; null where only the trainer knows, which then refuses what does not fit.</summary>
    [Range(0.0, 1_048_576.0, MinimumIsExclusive = true)]
    public double? MemoryGiB { get; set; }

    internal long? MemoryBytes => MemoryGiB is { } size ? (long)(size * (1L << 30)) : null;
}
