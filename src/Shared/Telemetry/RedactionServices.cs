using OpenTelemetry.Logs;
using OpenTelemetry.Trace;

namespace WrnCloud.Telemetry;

/// <summary>Redaction of query strings and keys in everything that leaves the process. Add these before any exporter.</summary>
public static class RedactionServices
{
    /// <summary>Redacts spans: names, status, attributes.</summary>
    public static TracerProviderBuilder AddRedaction(this TracerProviderBuilder tracing) => tracing.AddProcessor(new ActivityRedactor());

    /// <summary>Redacts log records: message, attributes, exception.</summary>
    public static LoggerProviderBuilder AddRedaction(this LoggerProviderBuilder logging) => logging.AddProcessor(new LogRedactor());
}
