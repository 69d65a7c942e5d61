using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using WrnCloud.Cli.Api;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.EndToEnd.Support;

/// <summary><c>wrn up</c> as a process. Disposing it leaves nothing of it behind, however the test went.</summary>
internal sealed class UpProcess : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "WrnCloud.Cli.dll");

    private readonly Process _process;
    private readonly string _state;
    private readonly ConcurrentQueue<string> _lines = new();

    private UpProcess(Process process, string state)
    {
        _process = process;
        _state = state;
        process.OutputDataReceived += (_, e) => Hear(e.Data);
        process.ErrorDataReceived += (_, e) => Hear(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>What it has printed, both streams.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Every process that it has started, at any depth.</summary>
    public IReadOnlyList<int> Started => Processes.DescendantsOf(Id);

    public static UpProcess Start(string state, params string[] arguments) => Start(state, "dotnet", [Program, "up", "--state", state, .. arguments]);

    /// <summary>On a terminal of its own, which <c>script</c> plays; the terminal is closed when <c>script</c> is killed.</summary>
    public static UpProcess StartOnTerminal(string state, params string[] arguments) =>
        Start(state, "script", ["-q", "-e", "-c", string.Join(' ', ["exec dotnet", Program, "up", "--state", state, .. arguments]), "/dev/null"]);

    /// <summary>Waits until it can be used: a client of it.</summary>
    public async Task<ApiClient> ReadyAsync()
    {
        var stack = await DescriptionAsync();
        return new ApiClient(stack.Endpoint, stack.Key, TimeProvider.System);
    }

    /// <summary>Waits until it says where it is.</summary>
    public async Task<StackDescription> DescriptionAsync()
    {
        var file = Path.Combine(_state, StackDescription.FileName);
        while (!File.Exists(file))
        {
            Assert.False(_process.HasExited, $"wrn up ended before it was ready:\n{Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        return JsonSerializer.Deserialize<StackDescription>(await File.ReadAllBytesAsync(file), WrnJson.Compact)!;
    }

    /// <summary>The process of a part, by the end of an argument of its command line that no other has; null while there is none.</summary>
    public int? Find(string end) =>
        Started.Where(id => Processes.CommandLine(id).Any(a => a.EndsWith(end, StringComparison.Ordinal))).Select(id => (int?)id).FirstOrDefault();

    /// <summary>Waits until a line with these words was printed.</summary>
    public async Task PrintedAsync(string words)
    {
        while (!Output.Contains(words, StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, $"wrn up ended without '{words}':\n{Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>Waits for its end: the exit code.</summary>
    public async Task<int> EndedAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks it to end, and waits until it and all that it started are gone.</summary>
    public async Task StopAsync()
    {
        int[] family = [Id, .. Started];
        Processes.Signal(Id, "TERM");
        await Processes.GoneAsync(family);
    }

    public async ValueTask DisposeAsync()
    {
        int[] family = [Id, .. Started];
        if (!_process.HasExited) _process.Kill();
        await Processes.GoneAsync(family);
        _process.Dispose();
    }

    private static UpProcess Start(string state, string program, IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        return new UpProcess(Process.Start(info)!, state);
    }

    private void Hear(string? line)
    {
        if (line is not null) _lines.Enqueue(line);
    }
}
