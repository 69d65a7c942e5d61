using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.Hosting;

/// <summary>
/// The queues, by the section <c>ServiceBus</c>: <c>ServiceBus__fullyQualifiedNamespace</c> goes with the process's identity,
/// <c>ServiceBus__ConnectionString</c> with a key, and comes first.
/// </summary>
public static class JobQueueServices
{
    /// <summary>Where Service Bus is: a connection string or a namespace.</summary>
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
