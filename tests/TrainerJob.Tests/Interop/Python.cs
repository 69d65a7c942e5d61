using System.Collections.Concurrent;
using System.Diagnostics;

namespace WrnCloud.TrainerJob.Tests.Interop;

/// <summary>The system's Python, as the referee. Tests that need a module of it are skipped where it is not installed.</summary>
internal static class Python
{
    private const string Interpreter = "/usr/bin/python3";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly ConcurrentDictionary<string, bool> Known = new(StringComparer.Ordinal);

    /// <summary>Skips the test unless the module can be imported.</summary>
    /// <param name="module">The module.</param>
    /// <param name="package">What has it; null for Debian's package of that name.</param>
    public static async Task RequireAsync(string module, string? package = null)
    {
        if (!Known.TryGetValue(module, out var found))
            Known[module] = found = File.Exists(Interpreter) && (await StartAsync(["-c", $"import {module}"])).Code == 0;
        if (!found) Assert.Skip($"{Interpreter} has no module {module}: {package ?? $"on Debian or Ubuntu, apt-get install python3-{module}"}.");
    }

    /// <summary>Runs a script of this folder; what it printed. A script that fails fails the test.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var (code, output, error) = await StartAsync([Path.Combine(AppContext.BaseDirectory, "Interop", script), .. arguments]);
        Assert.True(code == 0, $"{script} ended with {code}: {error}");
        return output;
    }

    private static async Task<(int Code, string Output, string Error)> StartAsync(IEnumerable<string> arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Interpreter, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output, await error);
    }
}
