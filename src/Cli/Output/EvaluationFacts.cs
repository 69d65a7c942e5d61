using WrnCloud.Cli.Api;
using WrnCloud.Evaluation;
using WrnCloud.Models;

namespace WrnCloud.Cli.Output;

/// <summary>Summarises a version's evaluation: its accuracy, its weakest classes, and the calibration of its probabilities.</summary>
internal static class EvaluationFacts
{
    private const int Weakest = 3;

    /// <summary>A version's evaluation; null where it has none, or where it can't be read, which must not fail a command.</summary>
    public static async Task<ModelEvaluation?> FindAsync(ApiClient api, ModelVersion version, CancellationToken cancellationToken)
    {
        if (version.Files.All(f => f.Name != ModelEvaluation.FileName)) return null;
        try
        {
            return await api.GetEvaluationAsync(version.Name, version.Version, cancellationToken);
        }
        catch (Exception e) when (e is ApiException or EndpointUnreachableException)
        {
            return null;
        }
    }

    /// <summary>Names and values for display.</summary>
    public static (string Name, string? Value)[] Of(ModelEvaluation evaluation)
    {
        var (test, validation) = (evaluation.Test, evaluation.Validation);
        return
        [
            ("top-1", $"{Format.Share(test.Top1, test.Images)} of {Format.Count(test.Images)} test pictures"),
            ("on validation",
                validation is null
                    ? null
                    : $"{Format.Share(validation.Top1, validation.Images)} of {Format.Count(validation.Images)} {Which(evaluation)}"),
            .. Tried(evaluation),
            ("mean recall", Format.Percent(test.MacroRecall)),
            ("weakest classes", WeakestOf(test)),
            ("calibration error", Calibration(evaluation)),
            ("unsure", Threshold(evaluation)),
        ];
    }

    private static IEnumerable<(string Name, string? Value)> Tried(ModelEvaluation evaluation) => (evaluation.Tried ?? []).Select((t, i) =>
        (i == 0 ? "tried" : "", (string?)(t.Top1 is { } top1
            ? $"{t.Name}: {Format.Percent(top1)} of {Format.Count(t.Images)} validation pictures, "
                + $"{t.Seconds:N0} s{(t.Published ? ", published" : "")}"
            : $"{t.Name}: not tried, {t.Reason}")));

    private static string Which(ModelEvaluation evaluation) =>
        evaluation.CrossValidated ? "training pictures, each predicted by a fit that had not seen it" : "validation pictures";

    private static string? WeakestOf(SetFigures test)
    {
        var weak = test.Classes.Where(c => c.F1 < 1).OrderBy(c => c.F1).Take(Weakest).ToList();
        return weak.Count == 0
            ? null
            : string.Join(
                "; ",
                weak.Select(
                    c => $"{c.Class}: precision {Format.Percent(c.Precision)}, "
                        + $"recall {Format.Percent(c.Recall)}{(c.TakenFor is null ? "" : $", taken for {c.TakenFor}")}"));
    }

    private static string Calibration(ModelEvaluation evaluation) => evaluation.Validation is null
        ? $"{Format.Percent(evaluation.Test.Calibration.Error)}; no validation pictures to correct it by"
        : $"{Format.Percent(evaluation.Test.Calibration.Error)}, "
            + $"before the temperature of {evaluation.Temperature:0.00} {Format.Percent(evaluation.Test.CalibrationBefore.Error)}";

    private static string? Threshold(ModelEvaluation evaluation) => evaluation.Threshold() switch
    {
        null => null,
        { UnsureBelow: 0 } t => $"never: {Format.Percent(t.Reached)} of all answers are right on validation",
        { UnsureBelow: { } threshold } t =>
            $"below {threshold:0.00}: of the others {Format.Percent(t.Reached)} are right on validation, "
                + $"and {Format.Percent(t.Coverage)} of its pictures get one",
        { } t => $"no threshold makes {Format.Percent(t.Precision)} of the answers right on validation",
    };
}
