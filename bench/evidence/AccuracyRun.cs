using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Architecture;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.Evidence;

/// <summary>One run of a recipe on the complete CIFAR-10.</summary>
internal static class AccuracyRun
{
    public static async Task<int> ExecuteAsync(DirectoryInfo folder, DirectoryInfo output, string recipeName, string model, long seed, int threads)
    {
        if (Recipes.Find(recipeName) is not { } recipe) return Fail($"There is no recipe '{recipeName}'.");
        if (!NetworkSpec.TryParse(model, out var spec, out var problem)) return Fail(problem);
        var data = CifarData.Read(folder);
        var plan = new TrainingPlan(spec, recipe.Settings, data.Train, data.Test, data.Statistics, seed, threads);
        var log = new TrainingLog(TimeProvider.System, "");
        using var trainer = new Trainer(plan, log, TimeProvider.System, NullLogger.Instance);
        Console.WriteLine($"{spec.Name} by {recipe.Name}, seed {seed}: {trainer.Platform}");
        if (await trainer.RunAsync(null, CancellationToken.None) is not TrainingOutcome.Completed completed) return Fail("The run did not complete.");

        var name = $"cifar10-{spec.Name.ToLowerInvariant()}";
        var minutes = (log.Seconds - log.EvaluationSeconds) / 60;
        output.Create();
        await File.WriteAllTextAsync(Path.Combine(output.FullName, name + ".csv"), Csv(log));
        var summary = Summary(plan, recipe, log, completed, trainer.Platform.ToString(), trainer.Precision, minutes);
        await File.WriteAllTextAsync(Path.Combine(output.FullName, name + ".md"), summary);
        Console.WriteLine($"top-1 {completed.Test.Top1:P2}, {minutes:F1} minutes of training, {log.EvaluationSeconds / 60:F1} of evaluation");
        return 0;
    }

    private static string Csv(TrainingLog log)
    {
        var csv = new StringBuilder("epoch,step,seconds,images_per_second,train_loss,test_loss,top1,top5\n");
        foreach (var (report, seconds, rate) in log.Epochs)
        {
            var test = report.Evaluation;
            csv.Append($"{report.Epoch},{report.Step},{seconds:F1},{rate:F1},{report.TrainLoss:F5},{test.Loss:F5},{test.Top1:F4},{test.Top5:F4}\n");
        }

        return csv.ToString();
    }

    private static string Summary(
        TrainingPlan plan, Recipe recipe, TrainingLog log, TrainingOutcome.Completed completed, string platform, Precision precision, double minutes)
    {
        var arguments = $"--recipe {recipe.Name} --model {plan.Spec.Name} --seed {plan.Seed}";
        var text = new StringBuilder(
            $"""
            # {plan.Spec.Name} on CIFAR-10 by `{recipe.Name}`

            The complete CIFAR-10 (50,000 training and 10,000 test images), one run from random weights, seed {plan.Seed}.

            | | |
            |---|---|
            | top-1 on the test set | **{completed.Test.Top1:P2}** |
            | top-5 | {completed.Test.Top5:P2} |
            | epochs, steps | {recipe.Settings.Epochs}, {completed.Step:N0} |
            | training | {minutes:F1} minutes |
            | evaluation after each epoch | {log.EvaluationSeconds / 60:F1} minutes in all |
            | median rate | {log.Epochs.Select(e => e.ImagesPerSecond).Order().ElementAt(log.Epochs.Count / 2):F0} images/s |
            | precision | {(precision == Precision.Bf16 ? "bfloat16" : "float32")}, chosen by the trainer |
            | machine | {platform} |
            | peak memory of the process | {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB |

            ```sh
            dotnet run --project bench/evidence -c Release -- accuracy --data <folder with CIFAR-10's binary files> {arguments}
            ```

            | epoch | minutes | train loss | test loss | top-1 |
            |---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var (report, seconds, _) in log.Epochs)
            text.Append(
                $"| {report.Epoch} | {seconds / 60:F1} | {report.TrainLoss:F4} | {report.Evaluation.Loss:F4} | {report.Evaluation.Top1:P2} |\n");
        text.Append("\n| class | right |\n|---|---|\n");
        var classes = plan.Test.Classes;
        for (var c = 0; c < classes.Count; c++)
        {
            var total = Enumerable.Range(0, classes.Count).Sum(p => completed.Test.Confusion[(c * classes.Count) + p]);
            text.Append($"| {classes[c]} | {(double)completed.Test.Confusion[(c * classes.Count) + c] / Math.Max(1, total):P1} |\n");
        }

        return text.ToString();
    }

    private static int Fail(string why)
    {
        Console.Error.WriteLine(why);
        return 1;
    }
}
