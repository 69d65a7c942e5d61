namespace WrnCloud.Evaluation;

/// <summary>How the probabilities agree with the share of answers that is right.</summary>
/// <param name="Error">Expected calibration error of fifteen bins, 0 to 1.</param>
/// <param name="Bins">The bins.</param>
public sealed record CalibrationFigures(double Error, IReadOnlyList<ReliabilityBin> Bins)
{
    /// <summary>The figures of answers.</summary>
    public static CalibrationFigures Of(IReadOnlyList<Answer> answers)
    {
        var bins = ReliabilityBin.Of(answers);
        return new CalibrationFigures(ReliabilityBin.Error(bins), bins);
    }
}
