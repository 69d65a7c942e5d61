using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.Models;

namespace WrnCloud.LocalCloud.Processes;

/// <summary>Starts the trainer to verify a published version: only the trainer can build a network.</summary>
public static class TrainerVerification
{
    /// <summary>Verifies a version's artefacts in a trainer process and returns its report.</summary>
    /// <param name="folder">The folder with the version's artefacts.</param>
    /// <param name="logFile">The file for the trainer's output.</param>
    /// <param name="environment">Variables added to this process's environment: where the data set's store is.</param>
    /// <param name="clock">Times its shutdown.</param>
    /// <param name="cancellationToken">Ends the trainer.</param>
    /// <exception cref="FileNotFoundException">The trainer was not found.</exception>
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
            ?? "it wrote no output.";
    }
}
