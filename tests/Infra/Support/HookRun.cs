using System.Diagnostics;
using System.Net;
using System.Text;

namespace WrnCloud.Infra.Support;

/// <summary>
/// Runs the hooks as azd does, as programs, with an azd, an az and an Azure that give the documented answers: the first two are scripts that note
/// how they were called, the last answers over a real socket.
/// </summary>
internal sealed class HookRun : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("wrn-hooks-").FullName;
    private readonly HttpListener _azure;
    private readonly Dictionary<string, (int Status, string Body)> _answers = [];
    private readonly string _endpoint;

    /// <summary>Skips the test on Windows, where a script is no program.</summary>
    public HookRun()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-ins for azd and az are shell scripts.");
        Script("azd", """
            case "$1" in
                version) echo '{"azd":{"version":"1.31.2","commit":"0"}}' ;;
                auth) echo '{"token":"t","expiresOn":"2030-01-01T00:00:00Z"}' ;;
                env) echo "$2 $3=$4" >> "$folder/set" ;;
            esac
            """);
        Script("az", "exit 0");
        for (var port = 20_000 + (Environment.ProcessId % 20_000); ; port++)
        {
            // One that could not start can't be used again.
            _azure = new HttpListener();
            _azure.Prefixes.Add(_endpoint = $"http://127.0.0.1:{port}/");
            try
            {
                _azure.Start();
                break;
            }
            catch (HttpListenerException)
            {
                // Taken; the next.
            }
        }

        _ = ServeAsync();
    }

    /// <summary>What the hooks had azd set, a line each.</summary>
    public string WhatWasSet => File("set");

    /// <summary>How az was called, a line each.</summary>
    public string WhatAzWasAsked => File("asked");

    /// <summary>The paths that Azure answers differently from what was said before.</summary>
    public IReadOnlyList<string> Answered => [.. _answers.Keys];

    public void Dispose()
    {
        _azure.Close();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A file that a script left in its folder; empty where there is none.</summary>
    public string File(string name) => Path.Combine(_folder, name) is var file && System.IO.File.Exists(file) ? System.IO.File.ReadAllText(file) : "";

    /// <summary>What a program on the path does: lines of shell, which find the folder in <c>$folder</c>; null takes it away.</summary>
    public void Script(string program, string? lines)
    {
        var path = Path.Combine(_folder, program);
        if (lines is null)
        {
            System.IO.File.Delete(path);
            return;
        }

        var text = $"#!/bin/sh\nfolder=$(dirname \"$0\")\n[ {program} = azd ] || echo \"$*\" >> \"$folder/asked\"\n{lines}\n";
        System.IO.File.WriteAllText(path, text.ReplaceLineEndings("\n"));
        if (OperatingSystem.IsWindows()) return;
        System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>What Azure answers to a request whose URL contains <paramref name="path"/>; the longest that fits decides.</summary>
    public void Answer(string path, string body, int status = 200)
    {
        lock (_answers) _answers[path] = (status, body);
    }

    /// <summary>Runs a hook to its end: its exit code and everything that it printed.</summary>
    public async Task<(int Code, string Output)> RunAsync(string hook, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", ["run", $"infra/hooks/{hook}.cs"]) { WorkingDirectory = Repository.Root };
        start.Environment["PATH"] = $"{_folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["AZURE_SUBSCRIPTION_ID"] = "00000000-0000-0000-0000-000000000001";
        start.Environment["AZURE_LOCATION"] = "swedencentral";
        start.Environment["WRN_ARM_ENDPOINT"] = _endpoint.TrimEnd('/');
        start.Environment["WRN_ENDPOINT"] = _endpoint.TrimEnd('/');
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var (code, output, error) = await ProgramRun.ToEndAsync(start, Limit, TestContext.Current.CancellationToken);
        return (code, output + error);
    }

    private async Task ServeAsync()
    {
        while (_azure.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _azure.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var asked = context.Request.RawUrl!;
            (int Status, string Body) answer;
            lock (_answers)
            {
                answer = _answers.Where(a => asked.Contains(a.Key, StringComparison.Ordinal)).OrderByDescending(a => a.Key.Length)
                    .Select(a => a.Value).FirstOrDefault((404, "{}"));
            }

            context.Response.StatusCode = answer.Status;
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.Body));
            context.Response.Close();
        }
    }
}
