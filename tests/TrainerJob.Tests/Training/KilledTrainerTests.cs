using System.Diagnostics;
using System.Globalization;
using WrnCloud.Contracts.Programs;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests;
using WrnCloud.TrainerJob.Data;

namespace WrnCloud.TrainerJob.Tests.Training;

/// <summary>
/// Real processes that die by SIGKILL wherever they are: the run that goes on from their checkpoints ends in the very same weights.
/// </summary>
[Trait("Category", "Slow")]
public sealed class KilledTrainerTests
{
    private const int Kills = 3;
    private const int Steps = 32;

    [Theory]
    [InlineData("scratch", Precision.Fp32, 11)]
    [InlineData("scratch", Precision.Bf16, 12)]
    [InlineData("finetune", Precision.Fp32, 13)]
    public void Killed_AtRandomSteps_EndsInTheWeightsOfTheUnkilledRun(string training, Precision precision, long seed)
    {
        using var whole = new TestFolder();
        using var killed = new TestFolder();
        var random = new SplitMix64(seed);
        var expected = Run(whole.Path, precision, training, null).Final;
        var reached = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            var (final, last) = Run(killed.Path, precision, training, Math.Min(Steps - 1, reached + 1 + random.Next(8)));
            Assert.Null(final);
            reached = Math.Max(reached, last);
        }

        Assert.NotNull(expected);
        Assert.Equal(expected, Run(killed.Path, precision, training, null).Final);
    }

    // Reads what the process says until it ends, or until it says the step at which it is to die.
    private static (string? Final, int LastStep) Run(string folder, Precision precision, string training, int? killAt)
    {
        var start = new ProcessStartInfo("dotnet", [SiblingProgram.Of("TrainingProcess"), folder, precision.ToString(), training])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var (final, last) = ((string?)null, 0);
        try
        {
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line.StartsWith("final ", StringComparison.Ordinal)) final = line;
                if (!line.StartsWith("step ", StringComparison.Ordinal)) continue;
                last = int.Parse(line.AsSpan(5), CultureInfo.InvariantCulture);
                if (last >= killAt) break;
            }
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }

        return (final, last);
    }
}
