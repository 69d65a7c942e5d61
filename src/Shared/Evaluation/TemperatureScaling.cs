namespace WrnCloud.Evaluation;

/// <summary>
/// Temperature scaling (arXiv 1706.04599): one number that the logits are divided by,
/// so that the probabilities say how often the answers are right. The order of the classes stays as it is.
/// </summary>
public static class TemperatureScaling
{
    /// <summary>The lowest temperature that is chosen: one that is much lower would magnify the rounding of the logits.</summary>
    public const double Lowest = 0.2;

    /// <summary>The highest temperature that is chosen.</summary>
    public const double Highest = 20;

    private const int Halvings = 60;

    /// <summary>
    /// The temperature with the least cross entropy; 1 where there is nothing to fit to.
    /// The objective is convex in the inverse temperature, so that halving finds the least by the sign of the slope.
    /// </summary>
    /// <param name="logits">N×C, of pictures that the classifier was not fitted to.</param>
    /// <param name="labels">N.</param>
    /// <param name="classes">C.</param>
    public static double Fit(ReadOnlySpan<float> logits, IReadOnlyList<int> labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count == 0) return 1;
        foreach (var logit in logits)
        {
            if (!float.IsFinite(logit)) return 1;
        }

        // Logits that are all alike fit every temperature.
        double low = 1 / Highest, high = 1 / Lowest;
        if (Slope(logits, labels, classes, low) == 0 && Slope(logits, labels, classes, high) == 0) return 1;
        for (var i = 0; i < Halvings; i++)
        {
            var middle = Math.Sqrt(low * high);
            if (Slope(logits, labels, classes, middle) > 0) high = middle;
            else low = middle;
        }

        return Math.Round(1 / Math.Sqrt(low * high), 4);
    }

    // Where every answer is right the cross entropy alone would have the highest inverse temperature that there is.
    // Each label therefore leaves one part in N + 2 to all classes, as Platt's targets do (Advances in Large Margin Classifiers, 1999).
    private static double Slope(ReadOnlySpan<float> logits, IReadOnlyList<int> labels, int classes, double inverse)
    {
        var doubt = 1.0 / (labels.Count + 2);
        var slope = 0.0;
        for (var i = 0; i < labels.Count; i++)
        {
            var row = logits.Slice(i * classes, classes);
            var highest = float.NegativeInfinity;
            foreach (var logit in row) highest = Math.Max(highest, logit);
            double sum = 0, expected = 0, mean = 0;
            foreach (var logit in row)
            {
                var share = Math.Exp((logit - highest) * inverse);
                sum += share;
                expected += share * logit;
                mean += logit;
            }

            slope += (expected / sum) - ((1 - doubt) * row[labels[i]]) - (doubt * mean / classes);
        }

        return slope / labels.Count;
    }
}
