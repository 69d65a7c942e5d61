using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using WrnCloud.Hosting;

namespace WrnCloud.Telemetry;

/// <summary>Telemetry of a process that serves requests.</summary>
public static class ServiceTelemetry
{
    /// <summary>Loggers whose records hold a request's whole URL, and with it the caller's key.</summary>
    private static readonly string[] LoggersOfUrls = ["Microsoft.AspNetCore", "System.Net.Http", "Azure"];

    /// <summary>
    /// Sends traces, metrics and logs to Application Insights where <see cref="InsightsExport.ConnectionVariable"/> says so, by OTLP where
    /// <see cref="WrnTelemetry.EndpointVariable"/> does, and nowhere otherwise. Loggers that write URLs are limited to warnings and above, and query
    /// strings and keys are removed from everything that is sent.
    /// </summary>
    /// <returns>Null when nothing is sent.</returns>
    public static IOpenTelemetryBuilder? AddServiceTelemetry(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var category in LoggersOfUrls) builder.Logging.AddFilter(category, LogLevel.Warning);
        var insights = builder.Configuration[InsightsExport.ConnectionVariable];
        var collector = builder.Configuration[WrnTelemetry.EndpointVariable];
        if (string.IsNullOrEmpty(insights) && string.IsNullOrEmpty(collector)) return null;

        InsightsExport.SwitchStatisticsOff();
        IOpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry();
        telemetry = telemetry.WithTracing(t => t.AddSource(WrnTelemetry.SourceName).AddRedaction()).WithLogging(l => l.AddRedaction());
        if (!string.IsNullOrEmpty(insights)) telemetry = telemetry.UseAzureMonitorExporter(o => InsightsExport.ForService(o, insights));
        return string.IsNullOrEmpty(collector) ? telemetry : telemetry.UseOtlpExporter();
    }
}
