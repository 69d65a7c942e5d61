using System.Diagnostics;
using Azure.Storage.Blobs;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Storage;

/// <summary>The store's script as a process of its own on a folder, and a client that tries nothing twice.</summary>
internal sealed class StoreProcess : IAsyncDisposable
{
    public const string Container = "durable";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);

    private StoreProcess(ChildProcess child, string url)
    {
        Child = child;
        var options = new BlobClientOptions { Retry = { MaxRetries = 0 } };
        Blobs = new BlobServiceClient(TestAccount.Azurite.ConnectionString(url), options).GetBlobContainerClient(Container);
    }

    public ChildProcess Child { get; }

    public BlobContainerClient Blobs { get; }

    /// <summary>Starts one and returns when it answers; its journal is compacted after it grew by <paramref name="growthBytes"/>.</summary>
    public static async Task<StoreProcess> StartAsync(string folder, int? growthBytes = null)
    {
        var installed = await AzuriteInstaller.EnsureAsync(null, TimeProvider.System, CancellationToken.None);
        var child = TestAccount.Azurite.Start(installed, folder, 0, folder + ".log", TimeProvider.System, growthBytes);
        return new StoreProcess(child, (await child.ReadyAsync(StartTimeout, CancellationToken.None))["url"]);
    }

    /// <summary>Azurite without our script, as its package runs it.</summary>
    public static async Task<StoreProcess> StartPlainAsync(string folder)
    {
        var installed = await AzuriteInstaller.EnsureAsync(null, TimeProvider.System, CancellationToken.None);
        var main = Path.Combine(Path.GetDirectoryName(installed)!, "node_modules/azurite/dist/src/blob/main.js");
        const string Listens = "successfully listens on ";
        var ready = new TaskCompletionSource<string>();
        var child = TestAccount.Azurite.Run(
            [main, "--blobHost", "127.0.0.1", "--blobPort", "0", "--location", folder, "--silent", "--skipApiVersionCheck", "--disableTelemetry"],
            folder + ".log",
            TimeProvider.System,
            line =>
            {
                if (line.IndexOf(Listens, StringComparison.Ordinal) is >= 0 and var at) ready.TrySetResult(line[(at + Listens.Length)..]);
            });
        if (await Task.WhenAny(ready.Task, child.Exited).WaitAsync(StartTimeout) != ready.Task)
            throw new InvalidOperationException($"Azurite ended with {await child.Exited}.");
        return new StoreProcess(child, await ready.Task);
    }

    public ValueTask DisposeAsync() => Child.DisposeAsync();

    /// <summary>Ends it as a crash does.</summary>
    public async Task KillAsync()
    {
        using var process = Process.GetProcessById(Child.Id);
        process.Kill();
        await Child.Exited;
        await DisposeAsync();
    }

    /// <summary>Sends it a signal and returns its exit code.</summary>
    public async Task<int> SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, $"{Child.Id}"]);
        await kill.WaitForExitAsync();
        return await Child.Exited;
    }
}
