using Azure.Core;
using Azure.Identity;
using Azure.Messaging.ServiceBus;

namespace WrnCloud.Messaging.ServiceBus;

/// <summary>The queue port over the Azure SDK. Compiled in the Azure build only.</summary>
public sealed class ServiceBusJobQueues : IJobQueues
{
    private readonly ServiceBusClient _client;

    /// <summary>
    /// <paramref name="connection"/> is a connection string, or a fully qualified namespace such as
    /// <c>contoso.servicebus.windows.net</c>, reached with the managed identity that AZURE_CLIENT_ID names, else the default credential.
    /// </summary>
    public ServiceBusJobQueues(string connection)
    {
        ArgumentException.ThrowIfNullOrEmpty(connection);
        _client = connection.Contains("Endpoint=", StringComparison.OrdinalIgnoreCase)
            ? new ServiceBusClient(connection)
            : new ServiceBusClient(connection, Credential());
    }

    /// <inheritdoc/>
    public IJobQueue Open(string path) => new ServiceBusJobQueue(_client, path);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static TokenCredential Credential() =>
        Environment.GetEnvironmentVariable("AZURE_CLIENT_ID") is { Length: > 0 } clientId
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
            : new DefaultAzureCredential();
}
