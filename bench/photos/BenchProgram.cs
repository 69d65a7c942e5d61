using System.Diagnostics;
using System.Reflection;
using WrnCloud.TrainingBench;

namespace WrnCloud.PhotosBench;

/// <summary>The programs that take part, each a process of its own: the last line that it writes is its answer.</summary>
internal static class BenchProgram
{
    /// <summary>ML.NET's side.</summary>
    public static string MlNet => InOutputTree("MlNetPeer");

    /// <summary>Our command line.</summary>
    public static string Cli => InOutputTree("Cli");

    /// <summary>This program.</summary>
    public static string Self => Assembly.GetEntryAssembly()!.Location;

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="BenchException">It failed or said nothing.</exception>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var text = (await output).Trim();
        if (process.ExitCode == 0 && text.Length > 0) return text;
        throw new BenchException($"{Path.GetFileNameWithoutExtension(program)} ended with {process.ExitCode}: {text} {(await error).Trim()}");
    }

    // Every project has a folder of the same configuration in one tree.
    private static string InOutputTree(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, $"WrnCloud.{project}.dll");
    }
}
