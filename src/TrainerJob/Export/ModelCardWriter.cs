using System.Text;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Reports;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Export;

/// <summary>The model card: what was trained on what, how it went and how well it does, class by class, and how it may be used.</summary>
internal static class ModelCardWriter
{
    /// <summary>Markdown; it refers to the pictures as files beside it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="model">What was trained.</param>
    /// <param name="parity">The export's check.</param>
    /// <param name="files">Names of the files that there are; only those pictures are referred to.</param>
    public static string Write(Job job, int version, TrainedModel model, ParityResult parity, IReadOnlyCollection<string> files)
    {
        var training = job.Resolved;
        var (plan, completed) = (model.Plan, model.Completed);
        var card = new StringBuilder();
        card.Append(
            $"""
            # {training.ModelName}, version {version}

            {training.Model} ({training.Parameters:N0} parameters) trained on `{training.Dataset}` ({plan.Train.Count:N0} images) by the recipe `{training.Recipe}`{StartedFrom(training.Init)}.

            | | |
            |---|---|
            | top-1 on {plan.Test.Count:N0} test images{(completed.Validation is null ? "" : ", looked at once")} | {completed.Test.Top1:P2} |{Validation(completed.Validation)}
            | top-5 | {completed.Test.Top5:P2} |
            | test loss | {completed.Test.Loss:F4} |
            | steps | {completed.Step:N0} |
            | trained in | {model.Precision.ToString().ToLowerInvariant()}, on {model.Platform.Device} |
            | data set hash | `{training.DatasetHash}` |
            | configuration hash | `{job.ConfigHash}` |
            | seed, threads | {training.Seed}, {plan.Threads} |
            | export against network | {Parity(parity)} |

            `receipt.json` holds the whole configuration, the packages and the machine.


            """.ReplaceLineEndings("\n"));
        if (files.Contains(CardPictures.Curves)) card.Append($"## Training\n\n![Loss, accuracy and learning rate against the step]({CardPictures.Curves})\n\n");
        card.Append("## Classes\n\n");
        if (files.Contains(CardPictures.Confusion)) card.Append($"![Confusion matrix on the test set]({CardPictures.Confusion})\n\n");
        card.Append("| class | images | right | most often taken for |\n|---|---|---|---|\n");
        AppendClasses(card, plan.Test.Classes, completed.Test.Confusion);
        var view = training.View;
        var seen = view.Resize == view.Crop ? $"scaled to {view.Crop}×{view.Crop}" : $"scaled to {view.Resize}×{view.Resize}, of that the middle {view.Crop}×{view.Crop}";
        card.Append($"\n## Use\n\nInput: the upright picture's middle square, {seen}; RGB, uint8 N×{view.Crop}×{view.Crop}×3. ");
        card.Append("The probabilities are not calibrated; pictures unlike the training data get confident answers too.\n");
        return card.ToString();
    }

    private static string StartedFrom(ResolvedInit? init) => init is null
        ? ""
        : $", from the weights of `{init.Name}`{(init.Source is null ? "" : $" ({init.Source})")}{(init.NewHead ? " with a new classifier" : "")}{(init.Freeze == Freeze.None ? "" : $", frozen up to the {init.Freeze.ToString().ToLowerInvariant()}")}";

    private static string Validation(EvaluationResult? result) =>
        result is null ? "" : $"\n| top-1 on {result.Confusion.Sum():N0} validation images, which decided | {result.Top1:P2} |";

    private static string Parity(ParityResult parity)
    {
        var images = parity.Sampled ? $"a sample of {parity.Images:N0} images, because all would have taken over 3 minutes" : $"{parity.Images:N0} images";
        return $"largest probability difference {parity.MaxProbabilityDifference:g3}, top-1 agreement {parity.Top1Agreement:P2} on {images}: {(parity.Passed ? "passed" : "failed")}";
    }

    private static void AppendClasses(StringBuilder card, IReadOnlyList<string> classes, IReadOnlyList<int> confusion)
    {
        var count = classes.Count;
        for (var truth = 0; truth < count; truth++)
        {
            var row = Enumerable.Range(0, count).Select(p => confusion[(truth * count) + p]).ToList();
            var total = row.Sum();
            var right = row[truth];
            row[truth] = 0;
            var confused = row.Max() == 0 ? "" : Cell(classes[row.IndexOf(row.Max())]);
            card.Append($"| {Cell(classes[truth])} | {total} | {(total == 0 ? 0 : (double)right / total):P1} | {confused} |\n");
        }
    }

    // A class is named by whoever made the data set.
    private static string Cell(string name) => name.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
