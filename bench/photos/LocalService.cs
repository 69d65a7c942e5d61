using System.Diagnostics;
using System.Text.RegularExpressions;
using WrnCloud.TrainingBench;

namespace WrnCloud.PhotosBench;

/// <summary><c>wrn up</c> on a folder of its own, which goes with it.</summary>
internal sealed partial class LocalService : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMinutes(1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wrn-photos-stack-");
    private readonly Process _up;

    private LocalService()
    {
        string[] arguments = [BenchProgram.Cli, "up", "--state", _folder.FullName];
        var start = new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false };
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        start.Environment["Trainer__CacheFolder"] = Cache;
        _up = Process.Start(start)!;
    }

    private string Cache => Path.Combine(_folder.FullName, "trainer-cache");

    /// <summary>The variables by which <c>wrn</c> finds it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    /// <summary>Starts it and waits until it says where it answers.</summary>
    /// <exception cref="BenchException">It ended, or said nothing in time.</exception>
    public static async Task<LocalService> StartAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var service = new LocalService();
        try
        {
            using var limit = new CancellationTokenSource(StartTimeout, clock);
            using var starting = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            while (await service._up.StandardOutput.ReadLineAsync(starting.Token) is { } line)
            {
                if (Exports().Match(line) is not { Success: true } found) continue;
                service.Environment = new Dictionary<string, string>
                {
                    ["WRN_ENDPOINT"] = found.Groups["endpoint"].Value,
                    ["WRN_KEY"] = found.Groups["key"].Value,
                };

                // Nobody reads on; the pipe must not fill.
                _ = service._up.StandardOutput.BaseStream.CopyToAsync(Stream.Null, cancellationToken);
                return service;
            }

            throw new BenchException("The local stack ended while it started.");
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Removes the pictures and features that earlier jobs left, so that the next one decodes and looks for itself.</summary>
    public void ForgetPictures()
    {
        if (Directory.Exists(Cache)) Directory.Delete(Cache, recursive: true);
    }

    public async ValueTask DisposeAsync()
    {
        _up.StandardInput.Close();
        if (!_up.HasExited) await Signal("TERM");
        using var limit = new CancellationTokenSource(EndTimeout, TimeProvider.System);
        try
        {
            await _up.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _up.Kill(entireProcessTree: true);
        }

        _up.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, $"{_up.Id}"]);
        await kill.WaitForExitAsync();
    }

    [GeneratedRegex("WRN_ENDPOINT=(?<endpoint>\\S+) WRN_KEY=(?<key>\\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Exports();
}
