using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Architecture;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.Evidence;

/// <summary>
/// Whether bfloat16 costs accuracy: pairs of runs that differ in the precision alone, and the 95 % interval of the mean difference.
/// </summary>
internal static class PrecisionStudy
{
    private const string Header = "seed,fp32,bf16";

    // Student's t, two-sided 95 %, by degrees of freedom from 1.
    private static readonly double[] Quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145];

    public static async Task<int> ExecuteAsync(DirectoryInfo folder, DirectoryInfo output, string model, int epochs, int seeds, int threads)
    {
        if (!NetworkSpec.TryParse(model, out var spec, out var problem)) return Fail(problem);
        if (seeds < 2 || seeds > Quantiles.Length + 1) return Fail($"The seeds are 2 to {Quantiles.Length + 1}.");
        var data = CifarData.Read(folder);
        var settings = Recipes.Find("fast/one-cycle")!.Settings with { Epochs = epochs };
        output.Create();
        var table = new FileInfo(Path.Combine(output.FullName, $"bf16-accuracy-{spec.Name}-{epochs}-epochs.csv"));
        var pairs = await ReadAsync(table);
        var platform = "";
        double mean, margin;
        for (var seed = 1L; seed <= seeds; seed++)
        {
            if (pairs.Exists(p => p.Seed == seed)) continue;
            var single = await RunAsync(Precision.Fp32);
            var half = await RunAsync(Precision.Bf16);
            pairs.Add((seed, single, half));

            // After every pair: a study of hours that is cut short keeps what it has measured, and goes on from there.
            await File.WriteAllLinesAsync(
                table.FullName, pairs.Select(p => FormattableString.Invariant($"{p.Seed},{p.Single},{p.Half}")).Prepend(Header));
            if (pairs.Count == 1) continue;
            (mean, margin) = Interval(pairs);
            await File.WriteAllTextAsync(
                Path.Combine(output.FullName, "bf16-accuracy.md"), Summary(spec.Name, epochs, pairs, mean, margin, platform));
            Console.WriteLine(
                $"{pairs.Count} pairs: mean difference {mean:+0.00;-0.00} points, "
                    + $"95 % interval {mean - margin:+0.00;-0.00} to {mean + margin:+0.00;-0.00}");

            async Task<double> RunAsync(Precision precision)
            {
                var plan = new TrainingPlan(spec, settings with { Precision = precision }, data.Train, data.Test, data.Statistics, seed, threads);
                using var trainer = new Trainer(
                    plan, new TrainingLog(TimeProvider.System, $"seed {seed} {precision}  "), TimeProvider.System, NullLogger.Instance);
                platform = trainer.Platform.ToString();
                var outcome = await trainer.RunAsync(null, CancellationToken.None);
                return outcome is TrainingOutcome.Completed completed
                    ? completed.Test.Top1
                    : throw new InvalidOperationException($"The run ended as {outcome}.");
            }
        }

        (mean, margin) = Interval(pairs);
        return Math.Abs(mean) + margin <= 0.5 ? 0 : 2;
    }

    private static async Task<List<(long Seed, double Single, double Half)>> ReadAsync(FileInfo table)
    {
        if (!table.Exists) return [];
        var rows = (await File.ReadAllLinesAsync(table.FullName)).Skip(1).Select(l => l.Split(','));
        return [.. rows.Select(r => (long.Parse(r[0], CultureInfo.InvariantCulture), Number(r[1]), Number(r[2])))];

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    private static (double Mean, double Margin) Interval(List<(long Seed, double Single, double Half)> pairs)
    {
        var differences = pairs.Select(p => 100 * (p.Half - p.Single)).ToList();
        var mean = differences.Average();
        var deviation = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (pairs.Count - 1));
        return (mean, Quantiles[pairs.Count - 2] * deviation / Math.Sqrt(pairs.Count));
    }

    private static string Summary(
        string network, int epochs, List<(long Seed, double Single, double Half)> pairs, double mean, double margin, string platform)
    {
        var run = $"{network}, {epochs} epochs of `fast/one-cycle` on the complete CIFAR-10";
        var interval = $"{mean - margin:+0.00;-0.00} to {mean + margin:+0.00;-0.00}";
        var arguments = $"--model {network} --epochs {epochs} --seeds {pairs.Count}";
        var text = new StringBuilder(
            $"""
            # bfloat16 against float32

            {run}; the runs of a pair differ in the precision alone. Every final evaluation is float32.

            | seed | float32 top-1 | bfloat16 top-1 | difference (points) |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var (seed, single, half) in pairs) text.Append($"| {seed} | {single:P2} | {half:P2} | {100 * (half - single):+0.00;-0.00} |\n");
        text.Append(
            $"""

            Mean difference **{mean:+0.00;-0.00} points**, 95 % interval (Student's t, {pairs.Count - 1} degrees of freedom) **{interval}**.
            Machine: {platform}.

            ```sh
            dotnet run --project bench/evidence -c Release -- precision --data <folder with CIFAR-10's binary files> {arguments}
            ```

            """.ReplaceLineEndings("\n"));
        return text.ToString();
    }

    private static int Fail(string why)
    {
        Console.Error.WriteLine(why);
        return 1;
    }
}
