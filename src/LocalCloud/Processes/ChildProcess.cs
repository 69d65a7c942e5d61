using System.Diagnostics;
using WrnCloud.Hosting;

namespace WrnCloud.LocalCloud.Processes;

/// <summary>A process that ends with this one: it holds the reading end of a pipe, and ends itself when the pipe closes.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly TaskCompletionSource<IReadOnlyDictionary<string, string>> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _clock;
    private readonly TimeSpan _patience;
    private readonly Lock _logLock = new();
    private int _disposed;

    private ChildProcess(string name, Process process, StreamWriter log, Action<string>? onLine, TimeProvider clock, TimeSpan patience)
    {
        Name = name;
        _process = process;
        _log = log;
        _clock = clock;
        _patience = patience;
        process.OutputDataReceived += (_, e) => Heard(e.Data, onLine);
        process.ErrorDataReceived += (_, e) => Heard(e.Data, null);
    }

    public string Name { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Completes with the exit code when the process ends.</summary>
    public Task<int> Exited { get; private set; } = Task.FromResult(0);

    /// <summary>
    /// Starts a program; its output goes to a log file, lines of standard output to <paramref name="onLine"/> too. Asked to end, it has
    /// <paramref name="patience"/> (default 10 s) for it.
    /// </summary>
    public static ChildProcess Start(
        string name,
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string logFile,
        TimeProvider clock,
        Action<string>? onLine = null,
        TimeSpan? patience = null)
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
        Directory.CreateDirectory(Path.GetDirectoryName(logFile)!);
        var log = new StreamWriter(new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var process = new Process { StartInfo = info, EnableRaisingEvents = true };
        var child = new ChildProcess(name, process, log, onLine, clock, patience ?? DefaultPatience);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        child.Exited = child.WaitAsync();
        return child;
    }

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
            throw new InvalidOperationException($"{Name} was not ready within {timeout.TotalSeconds:N0} s; see {((FileStream)_log.BaseStream).Name}.", e);
        }
    }

    /// <summary>Closes the pipe, waits for the process to end by itself, and ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        try
        {
            if (!_process.HasExited) _process.StandardInput.Close();
            await Exited.WaitAsync(_patience, _clock);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await Exited;
        }

        _process.Dispose();
        lock (_logLock) _log.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        _ready.TrySetException(new InvalidOperationException($"{Name} ended with exit code {_process.ExitCode}; see {((FileStream)_log.BaseStream).Name}."));
        _ = _ready.Task.Exception;
        return _process.ExitCode;
    }

    private void Heard(string? line, Action<string>? onLine)
    {
        if (line is null) return;
        if (onLine is not null || !_ready.Task.IsCompleted)
        {
            if (Readiness.TryParse(line) is { } values) _ready.TrySetResult(values);
            else onLine?.Invoke(line);
        }

        // The readiness line carries keys, which have no place in a log.
        if (Readiness.TryParse(line) is not null) line = $"{Name} is ready";
        lock (_logLock)
        {
            if (_log.BaseStream.CanWrite) _log.WriteLine(line);
        }
    }
}
