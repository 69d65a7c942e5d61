namespace WrnCloud.Jobs;

/// <summary>A trainer's machine, as far as a claim depends on it.</summary>
/// <param name="Auto">The precision that <see cref="Precision.Auto"/> is on it.</param>
/// <param name="UnusableReason">Why it can't train; null where it can.</param>
public sealed record TrainerMachine(Precision Auto, JobReason? UnusableReason = null);
