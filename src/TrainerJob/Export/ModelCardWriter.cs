using System.Text;
using WrnCloud.Evaluation;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Reports;

namespace WrnCloud.TrainerJob.Export;

/// <summary>The model card: what was trained on what, how it went and how well it does, class by class, and how it may be used.</summary>
internal static class ModelCardWriter
{
    private const string Legend = "The range behind a share is its 95 % interval (Wilson). "
        + "`evaluation.json` holds every figure, `receipt.json` the whole configuration, the packages and the machine.";

    /// <summary>Markdown; it refers to the pictures as files beside it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="model">What was trained.</param>
    /// <param name="evaluation">How well it does.</param>
    /// <param name="parity">The export's check.</param>
    /// <param name="files">Names of the files that there are; only those pictures are referred to.</param>
    public static string Write(
        Job job, int version, TrainedModel model, ModelEvaluation evaluation, ParityResult parity, IReadOnlyCollection<string> files)
    {
        var training = job.Resolved;
        var (plan, completed) = (model.Plan, model.Completed);
        var (test, validation) = (evaluation.Test, evaluation.Validation);
        var images = $"`{training.Dataset}` ({plan.Train.Count:N0} images)";
        var once = validation is null ? "" : ", looked at once";
        var card = new StringBuilder();
        card.Append(
            $"""
            # {training.ModelName}, version {version}

            {training.Model} ({training.Parameters:N0} parameters) trained on {images} by the recipe `{training.Recipe}`{StartedFrom(training.Init)}.

            | | |
            |---|---|
            | top-1 on {test.Images:N0} test images{once} | {Share(test)} |{Validation(validation, evaluation.CrossValidated)}
            | mean recall of the classes | {test.MacroRecall:P2} |{(test.Top5 is { } top5 ? $"\n| top-5 | {top5:P2} |" : "")}
            | test loss | {test.Loss:F4} |
            | calibration error on the test images | {Calibration(evaluation)} |
            | steps | {completed.Step:N0} |
            | trained in | {model.Precision.ToString().ToLowerInvariant()}, on {model.Platform.Device} |
            | data set hash | `{training.DatasetHash}` |
            | configuration hash | `{job.ConfigHash}` |
            | seed, threads | {training.Seed}, {plan.Threads} |
            | export against network | {Parity(parity)} |

            {Legend}


            """.ReplaceLineEndings("\n"));
        AppendTried(card, evaluation.Tried);
        if (files.Contains(CardPictures.Curves))
            card.Append($"## Training\n\n![Loss, accuracy and learning rate against the step]({CardPictures.Curves})\n\n");
        card.Append("## Classes\n\n");
        if (files.Contains(CardPictures.Confusion)) card.Append($"![Confusion matrix on the test set]({CardPictures.Confusion})\n\n");
        AppendClasses(card, test.Classes);
        AppendTrust(card, evaluation, files);
        AppendUse(card, training.View);
        return card.ToString();
    }

    private static void AppendTried(StringBuilder card, IReadOnlyList<TriedRecipe>? tried)
    {
        if (tried is null) return;
        card.Append("## Tried\n\n| | top-1 on the validation images | seconds | |\n|---|---|---|---|\n");
        foreach (var t in tried)
        {
            var top1 = t.Top1 is { } share ? $"{share:P1} of {t.Images:N0}" : "not tried";
            var seconds = t.Top1 is null ? "" : $"{t.Seconds:N0}";
            card.Append($"| {t.Name} | {top1} | {seconds} | {(t.Published ? "published" : t.Reason)} |\n");
        }

        card.Append("\nA way replaces a cheaper one only where it is better beyond what chance makes likely.\n\n");
    }

    private static string StartedFrom(ResolvedInit? init)
    {
        if (init is null) return "";
        var source = init.Source is null ? "" : $" ({init.Source})";
        var head = init.NewHead ? " with a new classifier" : "";
        var frozen = init.Freeze == Freeze.None ? "" : $", frozen up to the {init.Freeze.ToString().ToLowerInvariant()}";
        return $", from the weights of `{init.Name}`{source}{head}{frozen}";
    }

    private static string Share(SetFigures figures) => $"{figures.Top1:P2} ({figures.Top1Interval.Low:P1} to {figures.Top1Interval.High:P1})";

    private static string Validation(SetFigures? figures, bool isCrossValidated)
    {
        if (figures is null) return "";
        var which = isCrossValidated ? "training images, each judged by a fit that had not seen it" : "validation images, which decided";
        return $"\n| top-1 on {figures.Images:N0} {which} | {Share(figures)} |";
    }

    private static string Calibration(ModelEvaluation evaluation)
    {
        var test = evaluation.Test;
        return evaluation.Validation is null
            ? $"{test.Calibration.Error:P1}; there were no validation images to correct it by"
            : $"{test.Calibration.Error:P1}, without the temperature of {evaluation.Temperature:0.00} {test.CalibrationBefore.Error:P1}";
    }

    private static string Parity(ParityResult parity)
    {
        var images = parity.Sampled
            ? $"a sample of {parity.Images:N0} images, because all would have taken over 3 minutes"
            : $"{parity.Images:N0} images";
        return CardText.Parity(parity, images);
    }

    private static void AppendClasses(StringBuilder card, IReadOnlyList<ClassFigures> classes)
    {
        card.Append("| class | images | precision | recall | F1 | most often taken for |\n|---|---|---|---|---|---|\n");
        foreach (var c in classes)
        {
            card.Append(
                $"| {CardText.Cell(c.Class)} | {c.Support} | {Percent(c.Precision)} | {Percent(c.Recall)} | {Percent(c.F1)} "
                    + $"| {CardText.Cell(c.TakenFor ?? "")} |\n");
        }
    }

    private static void AppendTrust(StringBuilder card, ModelEvaluation evaluation, IReadOnlyCollection<string> files)
    {
        card.Append("\n## What an answer is worth\n\n");
        if (files.Contains(CardPictures.Reliability))
            card.Append($"![How often the answers of each probability are right]({CardPictures.Reliability})\n\n");
        if (evaluation.Thresholds is { } thresholds)
        {
            card.Append("| of the answers that are given, right on validation | probability at least | pictures that get an answer |\n")
                .Append("|---|---|---|\n");
            foreach (var t in thresholds)
            {
                card.Append(t.UnsureBelow is { } threshold
                    ? $"| {t.Precision:P0} | {threshold:0.####} | {t.Coverage:P1} |\n"
                    : $"| {t.Precision:P0} | not reached by any | |\n");
            }

            card.Append($"\nThe decision goes by {ConfidenceThreshold.DefaultPrecision:P0}: ")
                .Append($"below its probability it is `{ConfidenceThreshold.Unsure}`.\n");
        }
        else
        {
            card.Append("No validation images were set apart, ")
                .Append("so that the probabilities are the network's own and there is no threshold for \"unsure\".\n");
        }

        if (files.Contains(CardPictures.Mistakes))
        {
            card.Append("\n## The worst mistakes\n\n")
                .Append($"![Test images that it is most sure of and wrong about]({CardPictures.Mistakes})\n");
        }
    }

    private static void AppendUse(StringBuilder card, Images.ImageView view)
    {
        card.Append($"\n## Use\n\nInput: the upright picture's middle square, {CardText.View(view)}; RGB, uint8 N×{view.Crop}×{view.Crop}×3. ");
        card.Append("`signature.json` names every step. Pictures unlike the training data get confident answers too.\n");
    }

    private static string Percent(double? share) => share is { } value ? $"{value:P1}" : "";
}
