namespace WrnCloud.Evaluation;

/// <summary>The answers whose probability lies in one of fifteen equal parts of 0 to 1.</summary>
/// <param name="From">The part's lower end, exclusive.</param>
/// <param name="To">Its upper end, inclusive.</param>
/// <param name="Images">How many answers.</param>
/// <param name="Confidence">Their mean probability; null without answers.</param>
/// <param name="Accuracy">The share of them that is right; null without answers.</param>
public sealed record ReliabilityBin(double From, double To, int Images, double? Confidence, double? Accuracy)
{
    /// <summary>How many bins there are.</summary>
    public const int Count = 15;

    /// <summary>Sorts answers into bins.</summary>
    public static IReadOnlyList<ReliabilityBin> Of(IReadOnlyList<Answer> answers)
    {
        var bins = answers.ToLookup(a => Math.Clamp((int)Math.Ceiling(a.P * Count) - 1, 0, Count - 1));
        return
        [
            .. Enumerable.Range(0, Count).Select(i => bins[i].Any()
                ? new ReliabilityBin(
                    (double)i / Count, (i + 1.0) / Count, bins[i].Count(), bins[i].Average(a => a.P), bins[i].Average(a => a.IsRight ? 1.0 : 0.0))
                : new ReliabilityBin((double)i / Count, (i + 1.0) / Count, 0, null, null)),
        ];
    }

    /// <summary>
    /// The expected calibration error: the mean distance of probability and accuracy over the bins, by their answers (arXiv 1706.04599, equation 3).
    /// </summary>
    public static double Error(IReadOnlyList<ReliabilityBin> bins)
    {
        ArgumentNullException.ThrowIfNull(bins);
        double images = bins.Sum(b => b.Images);
        return images == 0 ? 0 : bins.Where(b => b.Images > 0).Sum(b => b.Images * Math.Abs(b.Confidence!.Value - b.Accuracy!.Value)) / images;
    }
}
