using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace WrnCloud.EndToEnd.Support;

/// <summary>
/// Runs programs of ours under strace and lists where they and all their descendants connected or sent to. Nothing of the test's environment reaches
/// them: under a build server's variables some libraries keep quiet that would otherwise report.
/// </summary>
internal sealed partial class ConnectionTrace(string folder, IReadOnlyDictionary<string, string> environment)
{
    private readonly List<(string File, string Program)> _files = [];

    /// <summary>Every address that was named to the system, once for each program run and target.</summary>
    public IReadOnlyList<Target> Targets => [.. _files.SelectMany(f => File.ReadLines(f.File)).Select(Parse).OfType<Target>().Distinct()];

    /// <summary>Which program named a target, and by what calls, the threads' names with them.</summary>
    public string Describe(IReadOnlyCollection<Target> targets) => string.Join('\n', _files.SelectMany(f => File.ReadLines(f.File)
        .Where(line => Parse(line) is { } target && targets.Contains(target)).Select(line => $"{f.Program}: {line}")));

    /// <summary>Skips the test where strace is missing or may not trace.</summary>
    public static async Task RequireAsync()
    {
        Processes.RequireLinux();
        try
        {
            string[] arguments = ["-f", "--seccomp-bpf", "-Y", "-e", "trace=connect", "true"];
            using var strace = Process.Start(new ProcessStartInfo("strace", arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            var error = await strace.StandardError.ReadToEndAsync();
            await strace.WaitForExitAsync();
            Assert.SkipWhen(strace.ExitCode != 0, $"strace may not trace here: {error.Trim()}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("strace 5.11 or newer is missing; it comes with the system's package of that name.");
        }
    }

    /// <summary>Starts an assembly beside this one; its output goes to a file in the folder, which <paramref name="output"/> names.</summary>
    public Process Start(string assembly, IEnumerable<string> arguments, out string output)
    {
        var trace = Path.Combine(folder, $"trace-{_files.Count}");
        var given = arguments.ToList();
        _files.Add((trace, $"{assembly} {string.Join(' ', given.Take(2))}"));
        output = Path.Combine(folder, $"output-{_files.Count}");

        // Without the bytes that are sent, which hold keys.
        string[] strace = ["-f", "--seccomp-bpf", "-Y", "-s", "0", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-e", "signal=none", "-o", trace];
        var info = new ProcessStartInfo("strace", [.. strace, "dotnet", Path.Combine(AppContext.BaseDirectory, assembly), .. given])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var (name, value) in environment) info.Environment[name] = value;
        var process = Process.Start(info)!;
        var log = TextWriter.Synchronized(new StreamWriter(output) { AutoFlush = true });
        process.OutputDataReceived += (_, e) => log.WriteLine(e.Data);
        process.ErrorDataReceived += (_, e) => log.WriteLine(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static Target? Parse(string line)
    {
        if (Internet().Match(line) is { Success: true } address)
            return new Target(address.Groups["address"].Value, int.Parse(address.Groups["port"].ValueSpan));
        return Local().Match(line) is { Success: true } path ? new Target(path.Groups["path"].Value, null) : null;
    }

    [GeneratedRegex(
        """sa_family=AF_INET6?, sin6?_port=htons\((?<port>\d+)\).*?"(?<address>[0-9a-fA-F.:]+)"[^"]""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Internet();

    [GeneratedRegex("""sa_family=AF_UNIX, sun_path=@?"(?<path>[^"]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Local();

    /// <summary>An internet address with its port, or the path of a local socket without one.</summary>
    internal sealed record Target(string Address, int? Port)
    {
        public bool IsLoopback => Port is not null && IPAddress.IsLoopback(IPAddress.Parse(Address));
    }
}
