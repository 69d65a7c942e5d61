using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WrnCloud.Messaging;
using WrnCloud.Messaging.Amqp;

namespace WrnCloud.Hosting;

/// <summary>
/// Chooses the queue's adapter: <c>ServiceBus__Adapter</c> is <c>amqp</c> (the local build's default) or <c>sdk</c> (Azure.Messaging.ServiceBus,
/// the Azure build's default and there only). <c>ServiceBus__fullyQualifiedNamespace</c> goes with the process's identity, <c>ServiceBus__ConnectionString</c> with a key.
/// </summary>
internal static class JobQueueServices
{
    public static IServiceCollection AddJobQueues(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection("ServiceBus");
        var connectionString = section["ConnectionString"];
        var host = section["fullyQualifiedNamespace"];
#if AZURE_BUILD
        var takesSdk = section["Adapter"] is null or "sdk";
#else
        var takesSdk = section["Adapter"] is "sdk";
#endif
        if (takesSdk)
            return services.AddSingleton<IJobQueues>(p => new Messaging.ServiceBus.ServiceBusJobQueues(connectionString ?? host ?? "", p.GetRequiredService<TimeProvider>()));
        return services.AddSingleton<IJobQueues>(provider => new AmqpJobQueues(
            Connection(connectionString, host), provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<AmqpJobQueues>>()));
    }

    private static ServiceBusConnection Connection(string? connectionString, string? host)
    {
        if (!string.IsNullOrEmpty(connectionString)) return ServiceBusConnection.Parse(connectionString);
        if (!string.IsNullOrEmpty(host)) return ServiceBusConnection.ForNamespace(host, AzureIdentity.Credential);
        throw new InvalidOperationException("Set ServiceBus__fullyQualifiedNamespace (with an identity) or ServiceBus__ConnectionString.");
    }
}
