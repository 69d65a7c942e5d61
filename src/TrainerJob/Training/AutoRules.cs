using WrnCloud.Evaluation;
using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Training;

/// <summary>Which recipes are tried on photographs, and which of two results is better.</summary>
internal static class AutoRules
{
    /// <summary>Pictures from which on a small network learns anything from random weights.</summary>
    public const int SomePictures = 300;

    // The normal distribution's upper tenth lies above so many standard deviations.
    private const double Deviations = 1.28;

    // What is left to gain above this is less than what a few hundred validation images can show.
    private const double GoodEnough = 0.99;

    /// <summary>Why a small network is not trained; null when it is.</summary>
    /// <param name="pictures">Training and validation pictures.</param>
    /// <param name="top1">Of the classifier on the pretrained network's features, cross-validated.</param>
    public static string? NoSmallNetwork(int pictures, double top1)
    {
        if (top1 >= GoodEnough) return $"{top1:P1} leave nothing to gain";
        return pictures < SomePictures ? $"{pictures:N0} pictures are too few for a network from random weights" : null;
    }

    /// <summary>Why the pretrained network is not trained further; null when it is.</summary>
    /// <param name="pictures">Training and validation pictures.</param>
    /// <param name="top1">The best so far.</param>
    /// <param name="left">The time that there is; null where none was named.</param>
    /// <param name="epoch">What one epoch takes.</param>
    public static string? NoFineTuning(int pictures, double top1, TimeSpan? left, TimeSpan epoch)
    {
        if (top1 >= GoodEnough) return $"{top1:P1} leave nothing to gain";
        if (left is { } time)
        {
            return time < epoch
                ? $"one epoch takes about {epoch.TotalMinutes:0.0} minutes, {Math.Max(0, time.TotalMinutes):0.0} are left"
                : null;
        }

        return pictures < PhotoRecipes.ManyPictures ? $"{pictures:N0} pictures are few, and no minutes were given" : null;
    }

    /// <summary>
    /// Whether one result is better than another beyond what chance makes likely:
    /// McNemar's test with its correction for continuity, one-sided at 10 %.
    /// </summary>
    /// <param name="challenger">With logits and labels.</param>
    /// <param name="champion">On the same images in the same order.</param>
    public static bool IsBetter(EvaluationResult challenger, EvaluationResult champion)
    {
        int gained = 0, lost = 0;
        foreach (var (now, before) in Answers(challenger).Zip(Answers(champion)))
        {
            if (now.IsRight && !before.IsRight) gained++;
            if (!now.IsRight && before.IsRight) lost++;
        }

        return gained - lost - 1 >= Deviations * Math.Sqrt(gained + lost);
    }

    private static IReadOnlyList<Answer> Answers(EvaluationResult result)
    {
        var logits = result.Logits ?? throw new ArgumentException("The logits are not known.", nameof(result));
        return Answer.Of(logits.Span, result.Labels, logits.Length / result.Labels.Count);
    }
}
