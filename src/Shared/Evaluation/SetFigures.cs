namespace WrnCloud.Evaluation;

/// <summary>A published model on a labelled set.</summary>
public sealed record SetFigures
{
    /// <summary>Up to so many classes the five best say next to nothing.</summary>
    public const int MostWithoutTop5 = 10;

    /// <summary>Pictures.</summary>
    public required int Images { get; init; }

    /// <summary>The share whose class is the most probable one, 0 to 1.</summary>
    public required double Top1 { get; init; }

    /// <summary>Its 95 % interval.</summary>
    public required WilsonInterval Top1Interval { get; init; }

    /// <summary>The share whose class is among the five most probable ones; null up to ten classes.</summary>
    public double? Top5 { get; init; }

    /// <summary>The mean of the classes' recall: every class counts the same, however many pictures it has.</summary>
    public required double MacroRecall { get; init; }

    /// <summary>Mean cross entropy of the published probabilities.</summary>
    public required double Loss { get; init; }

    /// <summary>Each class.</summary>
    public required IReadOnlyList<ClassFigures> Classes { get; init; }

    /// <summary>Classes×classes counts, row-major: row the label, column the prediction.</summary>
    public required IReadOnlyList<int> Confusion { get; init; }

    /// <summary>Calibration of the network's own probabilities.</summary>
    public required CalibrationFigures CalibrationBefore { get; init; }

    /// <summary>Their calibration after the temperature is applied, as published.</summary>
    public required CalibrationFigures Calibration { get; init; }

    /// <summary>The figures of a set.</summary>
    /// <param name="classes">C names by index.</param>
    /// <param name="confusion">C×C counts.</param>
    /// <param name="top5">The share among the five best.</param>
    /// <param name="before">The network's own answers.</param>
    /// <param name="after">The answers with the temperature.</param>
    public static SetFigures Of(
        IReadOnlyList<string> classes, IReadOnlyList<int> confusion, double top5, IReadOnlyList<Answer> before, IReadOnlyList<Answer> after)
    {
        var figures = ClassFigures.Of(classes, confusion);
        var top1 = after.Count == 0 ? 0 : after.Count(a => a.IsRight) / (double)after.Count;
        return new SetFigures
        {
            Images = after.Count,
            Top1 = top1,
            Top1Interval = WilsonInterval.Of(top1, after.Count),
            Top5 = classes.Count > MostWithoutTop5 ? top5 : null,
            MacroRecall = figures.Where(f => f.Recall is not null).Select(f => f.Recall!.Value).DefaultIfEmpty(0).Average(),
            Loss = after.Count == 0 ? 0 : after.Average(a => -Math.Log(Math.Max(a.TruthP, double.Epsilon))),
            Classes = figures,
            Confusion = confusion,
            CalibrationBefore = CalibrationFigures.Of(before),
            Calibration = CalibrationFigures.Of(after),
        };
    }
}
