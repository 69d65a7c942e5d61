using System.Diagnostics;
using System.Reflection;

namespace WrnCloud.Infra.Support;

/// <summary>The Bicep compiler, as its package has it.</summary>
internal static class Bicep
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly string? Program = Find();

    /// <summary>
    /// Runs the compiler in the repository's root: its exit code and everything that it printed. Skips the test where there is no compiler.
    /// </summary>
    public static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        Assert.SkipWhen(Program is null, "The Bicep compiler's package is for Linux on x64 only.");
        var (code, output, error) = await ProgramRun.ToEndAsync(
            new ProcessStartInfo(Program!, arguments) { WorkingDirectory = Repository.Root }, Limit, TestContext.Current.CancellationToken);
        return (code, output + error);
    }

    private static string? Find()
    {
        var package = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == nameof(Bicep)).Value;
        if (string.IsNullOrEmpty(package)) return null;
        var program = Path.Combine(package, "tools", "bicep");
        if (!OperatingSystem.IsWindows() && !File.GetUnixFileMode(program).HasFlag(UnixFileMode.UserExecute))
            File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute);
        return program;
    }
}
