using System.Diagnostics;
using System.Text.Json;
using WrnCloud.LocalCloud.Broker;

namespace WrnCloud.LocalCloud.Tests.Broker;

/// <summary>A broker in a process of its own, as it runs in earnest.</summary>
internal sealed class BrokerChild : IAsyncDisposable
{
    public const string Key = "c2VjcmV0LWtleQ==";

    private readonly Process _process;

    private BrokerChild(Process process, string connectionString, Uri admin)
    {
        _process = process;
        ConnectionString = connectionString;
        Admin = admin;
    }

    public string ConnectionString { get; }

    public Uri Admin { get; }

    public int Id => _process.Id;

    public static Process Start(string? key, params string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "WrnCloud.LocalCloud" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program, ["broker", .. args])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[BrokerProcess.KeyVariable] = key;
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    public static async Task<BrokerChild> StartAsync(string folder)
    {
        // A port of its choice: one that was free a moment ago may be another program's by now.
        var process = Start(Key, "--data", folder, "--port", "0", "--parent-stdin");
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);
        Assert.NotNull(line);
        using var ready = JsonDocument.Parse(line);
        Assert.True(ready.RootElement.GetProperty("ready").GetBoolean());
        return new BrokerChild(
            process,
            ready.RootElement.GetProperty("connectionString").GetString()!,
            new Uri(ready.RootElement.GetProperty("adminUrl").GetString()!));
    }

    /// <summary>SIGKILL: nothing in the process gets to know.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Closes its standard input and returns its exit code.</summary>
    public async Task<int> CloseInputAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }
}
