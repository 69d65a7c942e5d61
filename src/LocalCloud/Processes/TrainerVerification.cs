using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.Models;

namespace WrnCloud.LocalCloud.Processes;

/// <summary>Starts the trainer to verify a published version: only the trainer can build a network.</summary>
public static class TrainerVerification
{
    /// <summary>What the trainer found.</summary>
    /// <param name="folder">Where the version's artefacts lie.</param>
    /// <param name="logFile">Where the trainer's output goes.</param>
    /// <param name="environment">Added to this process's environment for it: where the data set's store is.</param>
    /// <param name="clock">Measures how long it takes to end when asked to.</param>
    /// <param name="cancellationToken">Ends the trainer.</param>
    /// <exception cref="FileNotFoundException">There is no trainer to start.</exception>
    /// <exception cref="InvalidOperationException">It ended without a report.</exception>
    public static async Task<VerificationReport> RunAsync(
        string folder, string logFile, IReadOnlyDictionary<string, string> environment, TimeProvider clock, CancellationToken cancellationToken)
    {
        VerificationReport? report = null;
        await using var trainer = ChildProcess.Start(
            "trainer",
            DotnetProgram.Host,
            [DotnetProgram.Trainer, "--verify", folder, ParentProcess.Option],
            environment,
            logFile,
            clock,
            line => report ??= TryParse(line));
        var code = await trainer.Exited.WaitAsync(cancellationToken);
        return report ?? throw new InvalidOperationException($"The trainer ended with exit code {code} and no report: {LastLine(logFile)}");
    }

    private static VerificationReport? TryParse(string line)
    {
        if (!line.StartsWith('{')) return null;
        try
        {
            return JsonSerializer.Deserialize<VerificationReport>(line, WrnJson.Compact) is { Checks: not null } report ? report : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string LastLine(string logFile)
    {
        using var stream = new FileStream(logFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
            ?? "it said nothing.";
    }
}
