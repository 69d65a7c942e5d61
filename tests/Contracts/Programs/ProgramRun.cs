using System.Diagnostics;

namespace WrnCloud.Contracts.Programs;

/// <summary>A program that tests run to its end.</summary>
public static class ProgramRun
{
    /// <summary>Its exit code and what it printed. It is ended, with what it started, when it takes longer than <paramref name="limit"/>.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static async Task<(int Code, string Output, string Error)> ToEndAsync(
        ProcessStartInfo start, TimeSpan limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        (start.UseShellExecute, start.RedirectStandardOutput, start.RedirectStandardError) = (false, true, true);
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await Task.WhenAll(output, error);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
