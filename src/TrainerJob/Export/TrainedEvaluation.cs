using WrnCloud.Evaluation;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Export;

/// <summary>
/// Judges a trained network for publication: what the validation pictures decide, and how the published model then does on both sets.
/// </summary>
internal static class TrainedEvaluation
{
    private const int Digits = 6;

    /// <summary>The evaluation; without validation pictures the probabilities stay as the network gives them, and there are no thresholds.</summary>
    /// <param name="classes">Class names by index.</param>
    /// <param name="completed">How the run ended.</param>
    /// <param name="crossValidated">Whether its validation pictures are the training pictures.</param>
    /// <param name="names">What the test pictures are called; null where that is not known.</param>
    public static ModelEvaluation Of(
        IReadOnlyList<string> classes, TrainingOutcome.Completed completed, bool crossValidated, IReadOnlyList<string>? names = null)
    {
        var validation = completed.Validation is { Logits: not null } judged ? judged : null;
        var temperature = validation is null ? 1 : TemperatureScaling.Fit(validation.Logits!.Value.Span, validation.Labels, classes.Count);
        var test = Answers(completed.Test, classes.Count, temperature);
        var decided = validation is null ? null : Answers(validation, classes.Count, temperature);
        return new ModelEvaluation
        {
            Classes = classes,
            Temperature = temperature,
            Test = Figures(classes, completed.Test, test),
            Validation = decided is null ? null : Figures(classes, validation!, decided),
            CrossValidated = decided is not null && crossValidated,
            Thresholds = decided is null ? null : [.. ConfidenceThreshold.Precisions.Select(p => ConfidenceThreshold.Choose(decided, p))],
            Pictures =
            [
                .. test.Take(ModelEvaluation.MaxPictures)
                    .Select((a, i) => new PictureAnswer(i, a.Truth, a.Predicted, Math.Round(a.P, Digits), Math.Round(a.TruthP, Digits), names?[i])),
            ],
        };
    }

    private static SetFigures Figures(IReadOnlyList<string> classes, EvaluationResult result, IReadOnlyList<Answer> answers) =>
        SetFigures.Of(classes, result.Confusion, result.Top5, Answers(result, classes.Count, 1), answers);

    private static IReadOnlyList<Answer> Answers(EvaluationResult result, int classes, double temperature) =>
        Answer.Of(result.Logits!.Value.Span, result.Labels, classes, temperature);
}
