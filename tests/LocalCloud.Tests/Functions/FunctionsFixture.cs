using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Batches;
using WrnCloud.Contracts.Models;
using WrnCloud.Functions.Batches;
using WrnCloud.Functions.Hosting;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Tests.Broker;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Messaging;
using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>The functions' handlers as they are registered, over a real store and a real broker.</summary>
public sealed class FunctionsFixture : IAsyncLifetime
{
    private readonly AzuriteFixture _azurite = new();
    private readonly TestFolder _folder = new();
    private readonly List<ServiceProvider> _providers = [];
    private BrokerChild? _broker;

    public AzuriteFixture Azurite => _azurite;

    public BlobStore Blobs => _azurite.Blobs;

    public async ValueTask InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _broker = await BrokerChild.StartAsync(_folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _providers) await provider.DisposeAsync();
        if (_broker is not null) await _broker.DisposeAsync();
        await _azurite.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Handlers, with settings and services of a test's own.</summary>
    internal IServiceProvider Build(Action<IServiceCollection>? change = null, params (string Name, string Value)[] settings)
    {
        var values = settings.ToDictionary(s => s.Name, s => (string?)s.Value);
        values["Storage:ConnectionString"] = _azurite.ConnectionString;
        values["ServiceBus:ConnectionString"] = _broker!.ConnectionString;
        var services = new ServiceCollection().AddLogging().AddWrnCloudFunctions(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        change?.Invoke(services);
        _providers.Add(services.BuildServiceProvider());
        return _providers[^1];
    }

    /// <summary>A model of a fresh name with one version that serves.</summary>
    internal async Task<string> PublishModelAsync()
    {
        var model = "m" + new RandomIdSource().NewWriteId();
        var registry = new ModelRegistry(Blobs, TimeProvider.System);
        await registry.ReserveVersionAsync(model, "job1", CancellationToken.None);
        await registry.PublishAsync(SampleModels.Version(model, 1, "job1"), CancellationToken.None);
        return model;
    }

    /// <summary>An input as the store has it, and the event that tells of it.</summary>
    internal async Task<BatchMessage> UploadAsync(string model, byte[] content)
    {
        var id = $"{new RandomIdSource().NewWriteId()}{new RandomIdSource().NewWriteId()}"[..24];
        Assert.True(InputBlobName.TryParse(Containers.BatchInput, $"{model}/{id}/input.zip", out var input));
        var blob = Blobs.Client.GetBlobContainerClient(Containers.BatchInput).GetBlobClient(input.Path);
        var written = await blob.UploadAsync(new BinaryData(content));
        return new BatchMessage(input, written.Value.ETag.ToString().Trim('"'));
    }

    /// <summary>How many messages about the batch wait on the queue.</summary>
    internal static async Task<int> CountMessagesAsync(IServiceProvider services, string batchId)
    {
        await using var queue = services.GetRequiredService<IJobQueues>().Open(QueueNames.BatchEvents);
        var (found, from) = (0, 0L);
        while (await queue.PeekAsync(from, 100, CancellationToken.None) is { Count: > 0 } page)
        {
            found += page.Count(m => m.MessageId.StartsWith($"{batchId}.", StringComparison.Ordinal));
            from = page[^1].SequenceNumber + 1;
        }

        return found;
    }

    internal static string IdOf(BatchMessage message) => BatchNames.IdOf(message.Input, message.ETag);
}
