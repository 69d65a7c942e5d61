using System.Diagnostics;
using System.Text.Json;

namespace WrnCloud.MessagingBench;

/// <summary>The broker as a process of its own, on a folder and a port that outlive it.</summary>
internal sealed class BrokerHost : IAsyncDisposable
{
    private const string Key = "YmVuY2gta2V5";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private BrokerHost(Process process, string connectionString, Uri admin, TimeSpan startUp) =>
        (_process, ConnectionString, Admin, StartUp) = (process, connectionString, admin, startUp);

    public string ConnectionString { get; }

    /// <summary>Where it tells of itself.</summary>
    public Uri Admin { get; }

    /// <summary>From the start of the process to the line that says it listens.</summary>
    public TimeSpan StartUp { get; }

    public int Port => new Uri(ConnectionString.Split(';')[0]["Endpoint=".Length..]).Port;

    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public bool HasExited => _process.HasExited;

    public static async Task<BrokerHost> StartAsync(string folder, TimeProvider clock, int port = 0, params string[] more)
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "WrnCloud.LocalCloud.dll");
        var started = clock.GetTimestamp();
        var start = new ProcessStartInfo("dotnet", [dll, "broker", "--data", folder, "--port", $"{port}", "--parent-stdin", .. more])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["WRN_BROKER_KEY"] = Key;
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience, clock)
            ?? throw new InvalidOperationException("The broker ended before it was ready.");
        using var ready = JsonDocument.Parse(line);
        return new BrokerHost(
            process,
            ready.RootElement.GetProperty("connectionString").GetString()!,
            new Uri(ready.RootElement.GetProperty("adminUrl").GetString()!),
            clock.GetElapsedTime(started));
    }

    /// <summary>SIGKILL: nothing in the process gets to know.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }
}
