using Azure.Messaging.ServiceBus;
using WrnCloud.Hosting;

namespace WrnCloud.Messaging.ServiceBus;

/// <summary>Creates Service Bus clients.</summary>
public static class ServiceBusClients
{
    /// <summary>
    /// <paramref name="connection"/> is a connection string, or a fully qualified namespace such as
    /// <c>contoso.servicebus.windows.net</c>, reached with <see cref="AzureIdentity"/>. It connects on first use.
    /// </summary>
    /// <param name="connection">Where to connect.</param>
    /// <param name="budget">How long an operation may take; the SDK's own defaults when null.</param>
    public static ServiceBusClient Create(string connection, ServiceBusBudget? budget = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(connection);
        var options = new ServiceBusClientOptions();
        if (budget is not null)
        {
            options.RetryOptions.Mode = ServiceBusRetryMode.Exponential;
            options.RetryOptions.TryTimeout = budget.Try;
            options.RetryOptions.MaxRetries = budget.Retries;
            options.RetryOptions.Delay = budget.FirstPause;
            options.RetryOptions.MaxDelay = budget.LongestPause;
        }

        return connection.Contains("Endpoint=", StringComparison.OrdinalIgnoreCase)
            ? new ServiceBusClient(connection, options)
            : new ServiceBusClient(connection, AzureIdentity.Credential, options);
    }
}
