using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Datasets;
using WrnCloud.Jobs;
using WrnCloud.Messaging.ServiceBus;
using WrnCloud.Models;
using WrnCloud.Storage;
using WrnCloud.Weights;

namespace WrnCloud.Hosting;

/// <summary>Services that functions and trainer share.</summary>
public static class WrnCloudServices
{
    /// <summary>
    /// Adds the store, the queue, job records, data sets and the registry, configured by the sections <c>Storage</c> and <c>ServiceBus</c>.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The process's settings.</param>
    /// <param name="queueBudget">Time limits of operations on a queue; a trainer's when null.</param>
    public static IServiceCollection AddWrnCloud(
        this IServiceCollection services, IConfiguration configuration, ServiceBusBudget? queueBudget = null)
    {
        var storage = configuration.GetSection(StorageOptions.Section);
        var options = new StorageOptions
        {
            ConnectionString = storage["ConnectionString"],
            BlobServiceUri = Uri.TryCreate(storage["BlobServiceUri"], UriKind.Absolute, out var uri) ? uri : null,
        };
        options = options with
        {
            TrySeconds = Number(storage["TrySeconds"], options.TrySeconds),
            TotalSeconds = Number(storage["TotalSeconds"], options.TotalSeconds),
            MaxRetries = Number(storage["MaxRetries"], options.MaxRetries),
        };
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IIdSource, RandomIdSource>();
        services.AddSingleton(provider => options.CreateClient(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BlobStore>();
        services.AddSingleton<JobStore>().AddSingleton<JobDispatcher>().AddSingleton<JobClaim>().AddSingleton<MetricsReader>();
        services.AddSingleton<DatasetCatalog>().AddSingleton<ModelRegistry>().AddSingleton<WeightsCatalog>();
        services.AddSingleton<TrainingRequestValidator>();
        services.AddJobQueues(configuration, queueBudget);
        return services;
    }

    // Text that is not a number maps to a value outside every range, so that validation reports the setting.
    private static int Number(string? text, int defaultValue) =>
        string.IsNullOrEmpty(text) ? defaultValue
            : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value
            : -1;
}
