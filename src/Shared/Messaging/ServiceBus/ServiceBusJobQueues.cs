using Azure.Messaging.ServiceBus;
using WrnCloud.Hosting;

namespace WrnCloud.Messaging.ServiceBus;

/// <summary>The queue port over the Azure SDK. Compiled in the Azure build only.</summary>
public sealed class ServiceBusJobQueues : IJobQueues
{
    private readonly ServiceBusClient _client;

    /// <summary>
    /// <paramref name="connection"/> is a connection string, or a fully qualified namespace such as
    /// <c>contoso.servicebus.windows.net</c>, reached as <see cref="AzureIdentity"/>.
    /// </summary>
    public ServiceBusJobQueues(string connection)
    {
        ArgumentException.ThrowIfNullOrEmpty(connection);
        _client = connection.Contains("Endpoint=", StringComparison.OrdinalIgnoreCase)
            ? new ServiceBusClient(connection)
            : new ServiceBusClient(connection, AzureIdentity.Credential);
    }

    /// <inheritdoc/>
    public IJobQueue Open(string path) => new ServiceBusJobQueue(_client, path);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
