using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using WrnCloud.Hosting;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>What the trainer adds to the shared services.</summary>
internal static class TrainerServices
{
    /// <summary>
    /// Traces by OTLP where a collector is named, and to Application Insights where it is; the provider flushes when the services are disposed.
    /// </summary>
    public static IServiceCollection AddTrainerTracing(this IServiceCollection services)
    {
        var insights = WrnTelemetry.InsightsConnectionString;
        if (!WrnTelemetry.IsExported && insights is null) return services;
        services.AddOpenTelemetry().ConfigureResource(r => r.AddService("wrncloud-trainer")).WithTracing(t =>
        {
            t.AddSource(WrnTelemetry.SourceName);
            if (WrnTelemetry.IsExported) t.AddOtlpExporter();
            if (insights is not null) t.AddAzureMonitorTraceExporter(o => (o.ConnectionString, o.Credential) = (insights, AzureIdentity.Credential));
        });
        return services;
    }

    public static IServiceCollection AddTrainer(this IServiceCollection services, TrainerOptions options) => services
        .AddSingleton(options)
        .AddSingleton<StoreRetry>()
        .AddSingleton<CheckpointStore>()
        .AddSingleton(provider => new LocalCache(options.CacheFolder, provider.GetRequiredService<TimeProvider>(), options.CacheBytes))
        .AddSingleton<DatasetCache>()
        .AddSingleton<DatasetLoader>()
        .AddSingleton<InitialWeights>()
        .AddSingleton<ModelPublisher>()
        .AddSingleton<JobOutcome>()
        .AddSingleton<RunPreparation>()
        .AddSingleton<JobRun>()
        .AddSingleton<TrainerWorker>();
}
