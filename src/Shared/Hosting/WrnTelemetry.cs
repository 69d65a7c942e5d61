using System.Diagnostics;

namespace WrnCloud.Hosting;

/// <summary>
/// Names of what is traced. A trace runs from the HTTP request through the message's <c>traceparent</c> into the trainer; it is exported
/// by OTLP where <see cref="EndpointVariable"/> is set.
/// </summary>
public static class WrnTelemetry
{
    /// <summary>The activity source of this system.</summary>
    public const string SourceName = "WrnCloud";

    /// <summary>OpenTelemetry's own variable for the collector's address.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Where spans are started.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>Where Application Insights collects, if it does. The string holds no secret where only identities may send.</summary>
    public static string? InsightsConnectionString =>
        Environment.GetEnvironmentVariable("APPLICATIONINSIGHTS_CONNECTION_STRING") is { Length: > 0 } connection ? connection : null;

    /// <summary>True when somebody collects.</summary>
    public static bool IsExported => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable));
}
