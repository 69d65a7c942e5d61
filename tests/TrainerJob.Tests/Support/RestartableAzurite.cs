using System.Diagnostics;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Storage;
using WrnCloud.LocalCloud.Tests;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Storage;

namespace WrnCloud.TrainerJob.Tests.Support;

/// <summary>
/// A real Azurite that goes away and comes back: ended and started again on the same port and folder, or stopped and continued by signals.
/// </summary>
internal sealed class RestartableAzurite : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private ChildProcess? _process;
    private int _port;

    public static async Task<RestartableAzurite> CreateAsync()
    {
        var azurite = new RestartableAzurite();
        await azurite.StartAsync();
        await azurite.Blobs().EnsureContainersAsync(CancellationToken.None);
        return azurite;
    }

    /// <summary>A client that gives up soon, and passes every request through a policy.</summary>
    public BlobStore Blobs(HttpPipelinePolicy? policy = null)
    {
        var options = new BlobClientOptions
        {
            Retry = { MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(10), NetworkTimeout = TimeSpan.FromSeconds(2) },
        };
        if (policy is not null) options.AddPolicy(policy, HttpPipelinePosition.PerCall);
        var connection = TestAccount.Azurite.ConnectionString($"http://127.0.0.1:{_port}");
        return new BlobStore(new BlobServiceClient(connection, options), new RandomIdSource());
    }

    public async Task StartAsync()
    {
        var installed = await AzuriteInstaller.EnsureAsync(null, TimeProvider.System, CancellationToken.None);
        _process = TestAccount.Azurite.Start(
            installed, Path.Combine(_folder.Path, "data"), _port, Path.Combine(_folder.Path, "azurite.log"), TimeProvider.System);
        var url = (await _process.ReadyAsync(TimeSpan.FromSeconds(120), CancellationToken.None))["url"];
        _port = new Uri(url).Port;
    }

    public async Task StopAsync() => await _process!.DisposeAsync();

    /// <summary>Sends a signal by its name.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }
}
