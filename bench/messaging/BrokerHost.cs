using System.Diagnostics;
using Azure.Messaging.ServiceBus;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.MessagingBench;

/// <summary>The broker as a process of its own, on a folder and a port that outlive it.</summary>
internal sealed class BrokerHost : IAsyncDisposable
{
    public const string Key = "YmVuY2gta2V5";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private bool _isGone;

    private BrokerHost(Process process, string connectionString, Uri admin, TimeSpan startUp) =>
        (_process, ConnectionString, Admin, StartUp) = (process, connectionString, admin, startUp);

    public string ConnectionString { get; }

    /// <summary>Where it tells of itself.</summary>
    public Uri Admin { get; }

    /// <summary>From the start of the process to the line that says it listens.</summary>
    public TimeSpan StartUp { get; }

    public int Port => ServiceBusConnectionStringProperties.Parse(ConnectionString).Endpoint.Port;

    public double CpuSeconds => _process.CpuSeconds();

    public long ResidentBytes => _process.ResidentBytes();

    public bool HasExited => _process.HasExited;

    public static async Task<BrokerHost> StartAsync(string folder, TimeProvider clock, int port = 0, params string[] more)
    {
        var started = clock.GetTimestamp();
        var start = new ProcessStartInfo(
            DotnetProgram.Host, [DotnetProgram.LocalCloud, "broker", "--data", folder, "--port", $"{port}", "--parent-stdin", .. more])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment[BrokerProcess.KeyVariable] = Key;
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience, clock)
            ?? throw new InvalidOperationException("The broker ended before it was ready.");
        var ready = Readiness.TryParse(line) ?? throw new InvalidOperationException($"The broker said '{line}' instead of that it is ready.");
        return new BrokerHost(process, ready["connectionString"], new Uri(ready["adminUrl"]), clock.GetElapsedTime(started));
    }

    /// <summary>A new connection of our client; through another port of this machine where one is named.</summary>
    public ServiceBusJobQueues Connect(TimeProvider clock, int? port = null) => new(
        port is null ? ConnectionString : ConnectionString.Replace($":{Port};", $":{port};", StringComparison.Ordinal), clock);

    /// <summary>SIGKILL: nothing in the process gets to know.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isGone) return;
        _isGone = true;
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
