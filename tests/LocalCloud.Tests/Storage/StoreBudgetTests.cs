using System.Net;
using System.Net.Sockets;
using Azure;
using WrnCloud.Hosting;
using WrnCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Storage;

/// <summary>A store that takes connections and never answers.</summary>
public sealed class StoreBudgetTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public StoreBudgetTests() => _listener.Start();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Read_NoAnswer_FailsAsAnOutageThoughTheClientsOwnBudgetIsLong()
    {
        var store = Store(new StorageOptions { TrySeconds = 600, TotalSeconds = 3600 });
        using var budget = new StoreBudget(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)).Use();

        var failure = await Record.ExceptionAsync(() => store.ReadAsync(BlobName.Of("jobs", "a"), Token));

        Assert.True(failure is RequestFailedException { Status: 0 } or AggregateException, failure?.ToString());
    }

    [Fact]
    public async Task Write_NoAnswer_EndsWithTheClientsBudgetWhereNoOtherHolds()
    {
        var store = Store(new StorageOptions { TrySeconds = 1, TotalSeconds = 3 });

        var failure = await Record.ExceptionAsync(() => store.TryCreateAsync(BlobName.Of("jobs", "a"), new byte[1], "text/plain", Token));

        Assert.True(failure is RequestFailedException { Status: 0 } or AggregateException, failure?.ToString());
    }

    [Fact]
    public async Task Read_CallerLeaves_IsCancelledAtOnce()
    {
        var store = Store(new StorageOptions { TrySeconds = 600, TotalSeconds = 3600 });
        using var leaving = new CancellationTokenSource();
        var read = store.ReadAsync(BlobName.Of("jobs", "a"), leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Theory]
    [InlineData(0, 300, 5)]
    [InlineData(60, 1, 5)]
    [InlineData(60, 300, -1)]
    public void CreateClient_NumberOutOfRange_IsRefused(int tries, int total, int retries)
    {
        var options = new StorageOptions { ConnectionString = "UseDevelopmentStorage=true", TrySeconds = tries, TotalSeconds = total };
        options = options with { MaxRetries = retries };

        Assert.Throws<InvalidOperationException>(() => options.CreateClient(TimeProvider.System));
    }

    private BlobStore Store(StorageOptions options)
    {
        var endpoint = $"http://{_listener.LocalEndpoint}/account";
        var key = Convert.ToBase64String(new byte[64]);
        var connection = $"DefaultEndpointsProtocol=http;AccountName=account;AccountKey={key};BlobEndpoint={endpoint};";
        return new BlobStore((options with { ConnectionString = connection }).CreateClient(TimeProvider.System), new RandomIdSource());
    }
}
