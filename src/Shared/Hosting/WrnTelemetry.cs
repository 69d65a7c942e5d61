using System.Diagnostics;

namespace WrnCloud.Hosting;

/// <summary>
/// Names for tracing. A trace runs from the HTTP request through the message's <c>traceparent</c> into the trainer; it is exported
/// by OTLP where <see cref="EndpointVariable"/> is set.
/// </summary>
public static class WrnTelemetry
{
    /// <summary>The activity source of this system.</summary>
    public const string SourceName = "WrnCloud";

    /// <summary>OpenTelemetry's own variable for the collector's address.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The source of all spans.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>The connection string of Application Insights, if it is used. It holds no secret when only identities may send.</summary>
    public static string? InsightsConnectionString =>
        Environment.GetEnvironmentVariable("APPLICATIONINSIGHTS_CONNECTION_STRING") is { Length: > 0 } connection ? connection : null;

    /// <summary>Whether a collector is configured.</summary>
    public static bool IsExported => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable));
}
