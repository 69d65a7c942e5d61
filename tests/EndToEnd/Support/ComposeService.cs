using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WrnCloud.EndToEnd.Support;

/// <summary>
/// A service of compose.yaml that is built here, as a plain process instead of a container:
/// the image's entry point and the service's arguments, and of the environment nothing but the image's and the service's.
/// </summary>
internal sealed partial class ComposeService
{
    private static readonly JsonNode Services = Yaml.Read(Repository.Read("compose.yaml")).Single()["services"]!;

    private readonly JsonNode _service;
    private readonly Dockerfile _image;
    private readonly Dictionary<string, string> _environment;

    /// <summary>The service of that name; <paramref name="shell"/> has the variables that its user exports.</summary>
    public ComposeService(string name, IReadOnlyDictionary<string, string> shell)
    {
        _service = Services[name]!;
        _image = Dockerfile.Of((string)_service["build"]!["dockerfile"]!);
        _environment = new Dictionary<string, string>(_image.Environment);
        foreach (var (variable, value) in EnvironmentOf(name, shell)) _environment[variable] = value;
    }

    /// <summary>What the file sets for a service.</summary>
    public static Dictionary<string, string> EnvironmentOf(string name, IReadOnlyDictionary<string, string> shell) =>
        Services[name]!["environment"]!.AsObject().ToDictionary(v => v.Key, v => Fill((string)v.Value!, shell));

    /// <summary>
    /// Starts it; <paramref name="moved"/> says what is elsewhere than in the containers' network. Its output goes to <paramref name="logFile"/>.
    /// </summary>
    public Process Start(IReadOnlyDictionary<string, string> moved, string home, string logFile)
    {
        var entry = _image.Entrypoint;
        var program = SiblingProgram.Of(entry[1]["WrnCloud.".Length..^".dll".Length]);
        var info = new ProcessStartInfo(entry[0], [.. entry.Skip(1), .. (_service["command"] as JsonArray ?? []).Select(a => (string)a!)])
        {
            WorkingDirectory = Path.GetDirectoryName(program),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        (info.Environment["PATH"], info.Environment["HOME"]) = (Environment.GetEnvironmentVariable("PATH"), home);
        foreach (var (variable, value) in _environment)
            info.Environment[variable] = moved.Aggregate(value, (text, m) => text.Replace(m.Key, m.Value, StringComparison.Ordinal));
        var process = Process.Start(info)!;
        var log = TextWriter.Synchronized(new StreamWriter(logFile) { AutoFlush = true });
        process.OutputDataReceived += (_, e) => log.WriteLine(e.Data);
        process.ErrorDataReceived += (_, e) => log.WriteLine(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    // ${NAME:?what it is} and ${NAME:-default}
    private static string Fill(string text, IReadOnlyDictionary<string, string> shell)
    {
        foreach (var (name, value) in shell)
        {
            var start = text.IndexOf($"${{{name}:?", StringComparison.Ordinal);
            if (start >= 0) text = text[..start] + value + text[(text.IndexOf('}', start) + 1)..];
        }

        text = Default().Replace(text, m => shell.GetValueOrDefault(m.Groups["name"].Value, m.Groups["value"].Value));
        Assert.DoesNotContain("${", text, StringComparison.Ordinal);
        return text;
    }

    [GeneratedRegex(@"\$\{(?<name>\w+):-(?<value>[^}]*)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Default();
}
