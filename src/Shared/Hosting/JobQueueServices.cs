using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.Hosting;

/// <summary>
/// The queues, configured by the section <c>ServiceBus</c>: <c>ServiceBus__fullyQualifiedNamespace</c> uses the process's identity,
/// <c>ServiceBus__ConnectionString</c> a key, and takes precedence.
/// </summary>
public static class JobQueueServices
{
    /// <summary>The connection to Service Bus: a connection string or a namespace.</summary>
    /// <exception cref="InvalidOperationException">Neither is set.</exception>
    public static string ServiceBusConnection(IConfiguration configuration)
    {
        var section = configuration.GetSection("ServiceBus");
        string?[] settings = [section["ConnectionString"], section["fullyQualifiedNamespace"]];
        return settings.FirstOrDefault(s => !string.IsNullOrEmpty(s))
            ?? throw new InvalidOperationException("Set ServiceBus__fullyQualifiedNamespace (with an identity) or ServiceBus__ConnectionString.");
    }

    internal static IServiceCollection AddJobQueues(this IServiceCollection services, IConfiguration configuration, ServiceBusBudget? budget) =>
        services.AddSingleton<IJobQueues>(provider => new ServiceBusJobQueues(
            ServiceBusConnection(configuration), provider.GetRequiredService<TimeProvider>(), budget));
}
