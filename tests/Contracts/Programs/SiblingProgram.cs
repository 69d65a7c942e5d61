using System.Diagnostics;

namespace WrnCloud.Contracts.Programs;

/// <summary>A program of this repository that tests start, as it was built together with them.</summary>
public static class SiblingProgram
{
    /// <summary>The path of a project's assembly, for <c>dotnet</c>.</summary>
    public static string Of(string project) => Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../..", project, new DirectoryInfo(AppContext.BaseDirectory).Name, $"WrnCloud.{project}.dll"));

    /// <summary>
    /// Runs a project's program to its end: its exit code and what it printed. Ended when it takes longer than <paramref name="limit"/>.
    /// </summary>
    public static Task<(int Code, string Output, string Error)> RunAsync(
        string project,
        IEnumerable<string> arguments,
        TimeSpan limit,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [Of(project), .. arguments]);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return ProgramRun.ToEndAsync(start, limit, cancellationToken);
    }
}
