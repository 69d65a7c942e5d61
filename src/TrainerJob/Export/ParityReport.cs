namespace WrnCloud.TrainerJob.Export;

/// <summary>How the exported model compares with the network.</summary>
/// <param name="MaxProbabilityDifference">Largest difference of any probability of any image.</param>
/// <param name="Top1Agreement">Share of images with the same most probable class; images whose two best are nearer than 1e-4 are left out.</param>
/// <param name="Images">Images compared.</param>
/// <param name="Passed">Difference at most 1e-4 and agreement at least 99.9 %.</param>
public sealed record ParityReport(double MaxProbabilityDifference, double Top1Agreement, int Images, bool Passed);
