using OpenTelemetry.Logs;
using OpenTelemetry.Trace;

namespace WrnCloud.Telemetry;

/// <summary>Nothing leaves the process with a query string or a key in it. Add these before any exporter.</summary>
public static class RedactionServices
{
    /// <summary>Cleans spans: names, status, attributes.</summary>
    public static TracerProviderBuilder AddRedaction(this TracerProviderBuilder tracing) => tracing.AddProcessor(new ActivityRedactor());

    /// <summary>Cleans log records: message, attributes, exception.</summary>
    public static LoggerProviderBuilder AddRedaction(this LoggerProviderBuilder logging) => logging.AddProcessor(new LogRedactor());
}
