using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using WrnCloud.Hosting;
using WrnCloud.Telemetry;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>Telemetry of the trainer: one span a job, in the trace of the request that made the job.</summary>
internal static class TrainerTelemetry
{
    /// <summary>
    /// Traces by OTLP where a collector is named, and to Application Insights where it is;
    /// the provider sends what is left when the services are disposed.
    /// </summary>
    public static IServiceCollection AddTrainerTracing(this IServiceCollection services)
    {
        var insights = WrnTelemetry.InsightsConnectionString;
        if (!WrnTelemetry.IsExported && insights is null) return services;
        InsightsExport.SwitchStatisticsOff();
        services.AddOpenTelemetry().ConfigureResource(r => r.AddService("wrncloud-trainer")).WithTracing(t =>
        {
            t.AddSource(WrnTelemetry.SourceName).AddRedaction();
            if (WrnTelemetry.IsExported) t.AddOtlpExporter();
            if (insights is not null) t.AddAzureMonitorTraceExporter(o => InsightsExport.ForJob(o, insights));
        });
        return services;
    }
}
