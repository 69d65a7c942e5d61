namespace WrnCloud.Evaluation;

/// <summary>
/// Below which probability an answer is "unsure", so that of the others the wanted share is right; chosen on the validation pictures.
/// </summary>
/// <param name="Precision">The wanted share of right answers among those that are given, 0 to 1.</param>
/// <param name="UnsureBelow">The threshold; 0 where all answers together reach the precision, null where no threshold does.</param>
/// <param name="Coverage">The share of validation pictures that get an answer, 0 to 1.</param>
/// <param name="Reached">The share of those answers that is right; null where none is given.</param>
public sealed record ConfidenceThreshold(double Precision, double? UnsureBelow, double Coverage, double? Reached)
{
    /// <summary>The precision that decisions use by default.</summary>
    public const double DefaultPrecision = 0.95;

    /// <summary>Stands in place of the class where the model is not confident enough.</summary>
    public const string Unsure = "unsure";

    private const int Digits = 6;

    /// <summary>The precisions that a version names thresholds for.</summary>
    public static IReadOnlyList<double> Precisions { get; } = [0.9, DefaultPrecision, 0.98, 0.99];

    /// <summary>
    /// The lowest threshold that reaches the precision by what was counted,
    /// half-way between the last answer that it lets pass and the first that it holds back:
    /// so the last bits of another machine's arithmetic change nothing.
    /// </summary>
    /// <param name="answers">To the validation pictures.</param>
    /// <param name="precision">The wanted precision.</param>
    public static ConfidenceThreshold Choose(IReadOnlyList<Answer> answers, double precision)
    {
        var sorted = answers.OrderByDescending(a => a.P).ToList();
        var best = new ConfidenceThreshold(precision, null, 0, null);
        var right = 0;
        for (var i = 0; i < sorted.Count; i++)
        {
            if (sorted[i].IsRight) right++;
            var last = i == sorted.Count - 1;

            // Answers of one probability pass together or not at all.
            var threshold = last ? 0 : Math.Round((sorted[i].P + sorted[i + 1].P) / 2, Digits);
            if (!last && (threshold > sorted[i].P || threshold <= sorted[i + 1].P)) continue;
            var reached = right / (i + 1.0);
            if (reached >= precision) best = new ConfidenceThreshold(precision, threshold, (i + 1.0) / sorted.Count, reached);
        }

        return best;
    }

    /// <summary>The decision on an answer: its class, or "unsure"; null where the model has no threshold.</summary>
    public static string? Decide(string name, double p, double? unsureBelow) =>
        unsureBelow is not { } threshold ? null : p < threshold ? Unsure : name;
}
