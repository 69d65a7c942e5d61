using System.Diagnostics;
using WrnCloud.Architecture;
using WrnCloud.Jobs;

namespace WrnCloud.Memory;

/// <summary>Runs the probe for each configuration and prints what it measured beside the estimate.</summary>
internal static class MemoryTable
{
    public static int Print(string[] models, int[] batches, Precision[] precisions, int threads)
    {
        Console.WriteLine($"{Environment.ProcessorCount} processors, {threads} threads; MB of growth of the process over 3 steps");
        Console.WriteLine();
        Console.WriteLine("| network | batch | precision | estimated | measured | estimate is off by |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var model in models)
        {
            if (!NetworkSpec.TryParse(model, out var spec, out var problem))
            {
                Console.Error.WriteLine(problem);
                return 1;
            }

            foreach (var batch in batches)
            {
                foreach (var precision in precisions)
                {
                    var estimate = MemoryEstimate.ForTraining(spec, 10, batch, precision == Precision.Bf16 ? 2 : 4).Total / 1e6;
                    var measured = Measure(model, batch, precision, threads);
                    Console.WriteLine(
                        $"| {spec.Name} | {batch} | {precision} | {estimate:0} | {measured:0} | {(estimate - measured) / measured:+0%;-0%;0%} |");
                }
            }
        }

        return 0;
    }

    private static double Measure(string model, int batch, Precision precision, int threads)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[] { "probe", "--model", model, "--batch", $"{batch}", "--precision", $"{precision}", "--threads", $"{threads}" })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(output) / 1e6 : double.NaN;
    }
}
