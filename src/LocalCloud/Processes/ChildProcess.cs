using System.Diagnostics;
using WrnCloud.Hosting;

namespace WrnCloud.LocalCloud.Processes;

/// <summary>A process that ends with this one: it reads from a pipe and exits when the pipe closes.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan DefaultStopTimeout = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly ProcessLog _log;
    private readonly TaskCompletionSource<IReadOnlyDictionary<string, string>> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _clock;
    private readonly TimeSpan _stopTimeout;
    private int _disposed;

    private ChildProcess(string name, Process process, ProcessLog log, Action<string>? onLine, TimeProvider clock, TimeSpan stopTimeout)
    {
        Name = name;
        _process = process;
        _log = log;
        _clock = clock;
        _stopTimeout = stopTimeout;
        process.OutputDataReceived += (_, e) => Heard(e.Data, onLine);
        process.ErrorDataReceived += (_, e) => Heard(e.Data, null);
    }

    public string Name { get; }

    public int Id { get; private set; }

    public bool HasExited => Exited.IsCompleted;

    /// <summary>Completes with the exit code once the process has ended and all its output has been read.</summary>
    public Task<int> Exited { get; private set; } = Task.FromResult(0);

    /// <summary>
    /// Starts a program. Its output goes to a log file, and lines of standard output also to <paramref name="onLine"/>. When asked to end, it
    /// has <paramref name="stopTimeout"/> (default 10 s) to do so.
    /// </summary>
    /// <exception cref="InvalidOperationException">The program does not exist, or the system can't start another process.</exception>
    public static ChildProcess Start(
        string name,
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string logFile,
        TimeProvider clock,
        Action<string>? onLine = null,
        TimeSpan? stopTimeout = null)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        info.Environment[OnnxRuntimeTelemetry.Variable] = OnnxRuntimeTelemetry.Off;
        foreach (var (key, value) in environment) info.Environment[key] = value;
        var log = new ProcessLog(logFile);
        var process = new Process { StartInfo = info, EnableRaisingEvents = true };
        var child = new ChildProcess(name, process, log, onLine, clock, stopTimeout ?? DefaultStopTimeout);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            process.Dispose();
            log.Dispose();
            throw new InvalidOperationException($"{name} could not be started: {e.Message}", e);
        }

        child.Id = process.Id;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        child.Exited = child.WaitAsync();
        return child;
    }

    /// <summary>An exit code in words; above 128 it is the signal that ended the process.</summary>
    public static string Describe(int exitCode) =>
        exitCode > 128 && !OperatingSystem.IsWindows() ? $"signal {exitCode - 128}" : $"exit code {exitCode}";

    /// <summary>The values of the readiness line.</summary>
    /// <exception cref="InvalidOperationException">The process ended, or took too long; the sentence names its log.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadyAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await _ready.Task.WaitAsync(timeout, _clock, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"{Name} was not ready within {timeout.TotalSeconds:N0} s; see {_log.Path}.", e);
        }
    }

    /// <summary>Kills the process and its descendants.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
    }

    /// <summary>Closes the pipe, waits for the process to exit, and kills it after the timeout.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        try
        {
            if (!_process.HasExited) _process.StandardInput.Close();
            await Exited.WaitAsync(_stopTimeout, _clock);
        }
        catch (TimeoutException)
        {
            Kill();
            await Exited;
        }

        _process.Dispose();
        _log.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        var code = _process.ExitCode;
        _log.WriteLine($"{Name} ended: {Describe(code)}");
        _ready.TrySetException(new InvalidOperationException($"{Name} ended with {Describe(code)}; see {_log.Path}."));
        _ = _ready.Task.Exception;
        return code;
    }

    private void Heard(string? line, Action<string>? onLine)
    {
        if (line is null) return;
        if (Readiness.TryParse(line) is { } values)
        {
            _ready.TrySetResult(values);

            // The readiness line carries keys, which must not be logged.
            line = $"{Name} is ready";
        }
        else
        {
            onLine?.Invoke(line);
        }

        _log.WriteLine(line);
    }
}
