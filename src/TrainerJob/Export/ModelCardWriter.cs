using System.Text;
using WrnCloud.Jobs;
using WrnCloud.Models;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Export;

/// <summary>The model card: what was trained on what, how well it does, class by class, and how it may be used.</summary>
internal static class ModelCardWriter
{
    public static string Write(Job job, int version, TrainingPlan plan, TrainingOutcome.Completed completed, ParityResult parity)
    {
        var training = job.Resolved;
        var card = new StringBuilder();
        card.Append(
            $"""
            # {training.ModelName}, version {version}

            {training.Model} ({training.Parameters:N0} parameters) trained on `{training.Dataset}` ({plan.Train.Count:N0} images) by the recipe `{training.Recipe}`.

            | | |
            |---|---|
            | top-1 on {plan.Test.Count:N0} test images | {completed.Test.Top1:P2} |
            | top-5 | {completed.Test.Top5:P2} |
            | test loss | {completed.Test.Loss:F4} |
            | steps | {completed.Step:N0} |
            | data set hash | `{training.DatasetHash}` |
            | configuration hash | `{job.ConfigHash}` |
            | seed, threads | {training.Seed}, {plan.Threads} |
            | export against network | largest probability difference {parity.MaxProbabilityDifference:g3}, top-1 agreement {parity.Top1Agreement:P2} on {parity.Images:N0} images: {(parity.Passed ? "passed" : "failed")} |

            ## Classes

            | class | images | right | most often taken for |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        AppendClasses(card, plan.Test.Classes, completed.Test.Confusion);
        card.Append("\n## Use\n\nInput: RGB pictures, scaled to 32×32, uint8 N×32×32×3. The probabilities are not calibrated; pictures unlike the training data get confident answers too.\n");
        return card.ToString();
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
            var confused = row.Max() == 0 ? "" : classes[row.IndexOf(row.Max())];
            card.Append($"| {classes[truth]} | {total} | {(total == 0 ? 0 : (double)right / total):P1} | {confused} |\n");
        }
    }
}
