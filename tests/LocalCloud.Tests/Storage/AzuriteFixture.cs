using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Storage;
using WrnCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Storage;

/// <summary>A real Azurite, or the account that <c>WRN_STORAGE</c> names.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private ChildProcess? _azurite;
    private string _connectionString = "";

    public string ConnectionString => _connectionString;

    public BlobStore Blobs { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _connectionString = Environment.GetEnvironmentVariable("WRN_STORAGE") ?? await StartAsync();
        Blobs = new BlobStore(new BlobServiceClient(_connectionString), new RandomIdSource());
        await Blobs.EnsureContainersAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A store whose client passes every request through a policy.</summary>
    internal BlobStore Through(HttpPipelinePolicy policy)
    {
        var options = new BlobClientOptions { Retry = { Delay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(50) } };
        options.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        return new BlobStore(new BlobServiceClient(_connectionString, options), new RandomIdSource());
    }

    private async Task<string> StartAsync()
    {
        var installed = await AzuriteInstaller.EnsureAsync(null, TimeProvider.System, CancellationToken.None);
        _azurite = TestAccount.Azurite.Start(
            installed, Path.Combine(_folder.Path, "data"), 0, Path.Combine(_folder.Path, "azurite.log"), TimeProvider.System);
        var url = (await _azurite.ReadyAsync(TimeSpan.FromSeconds(60), CancellationToken.None))["url"];
        return TestAccount.Azurite.ConnectionString(url);
    }
}
