using WrnCloud.Models;

namespace WrnCloud.TrainerJob.Export;

/// <summary>How the exported model compares with the network.</summary>
/// <param name="MaxProbabilityDifference">
/// Largest difference of any probability of any image; NaN or infinite when the model computes no numbers or too few.
/// </param>
/// <param name="Top1Agreement">Share of images with the same most probable class; images whose two best are nearer than 1e-4 are left out.</param>
/// <param name="Images">Images compared.</param>
/// <param name="Sampled">True when the whole set would have taken too long and a sample of it was compared.</param>
/// <param name="Top1">Share of the compared images whose label is the exported model's most probable class, 0 to 1.</param>
/// <param name="Passed">Difference at most 1e-4 and agreement at least 99.9 %.</param>
public sealed record ParityReport(double MaxProbabilityDifference, double Top1Agreement, int Images, bool Sampled, double Top1, bool Passed)
{
    /// <summary>The report as the manifest stores it. JSON cannot hold NaN or infinity, so the largest double stands for them.</summary>
    public ParityResult ToResult() => new(
        Passed, double.IsFinite(MaxProbabilityDifference) ? MaxProbabilityDifference : double.MaxValue, Top1Agreement, Images, Sampled);
}
