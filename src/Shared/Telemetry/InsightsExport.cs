using Azure.Monitor.OpenTelemetry.Exporter;
using WrnCloud.Hosting;

namespace WrnCloud.Telemetry;

/// <summary>How the exporter to Application Insights is set, the same wherever it is used.</summary>
public static class InsightsExport
{
    /// <summary>Where Application Insights collects; without it nothing is sent there.</summary>
    public const string ConnectionVariable = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>What a process that goes on serving lets out at most; a trace is sent whole or not at all.</summary>
    public const double ServiceTracesPerSecond = 5;

    private const string PersistOnShutdown = "Azure.Monitor.OpenTelemetry.Exporter.DisablePersistOnShutdown";

    /// <summary>How long a process that ends waits for its last spans to be taken. OpenTelemetry itself grants no more when it is disposed.</summary>
    private static readonly TimeSpan LastUpload = TimeSpan.FromSeconds(5);

    /// <summary>The exporter's own reports to its maker, and to the owner's resource about itself.</summary>
    private static readonly string[] Statistics =
        ["APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "APPLICATIONINSIGHTS_SDKSTATS_DISABLED", "APPLICATIONINSIGHTS_SDKSTATS_DISABLED_ALL"];

    /// <summary>Call it before an exporter is added: it reads these once.</summary>
    public static void SwitchStatisticsOff()
    {
        foreach (var variable in Statistics) Environment.SetEnvironmentVariable(variable, "true");
    }

    /// <summary>
    /// For a process that goes on: at most <see cref="ServiceTracesPerSecond"/>, every log record whether or not its trace is sent, no live metrics.
    /// </summary>
    public static void ForService(AzureMonitorExporterOptions options, string connectionString)
    {
        Common(options, connectionString);
        options.TracesPerSecond = ServiceTracesPerSecond;
    }

    /// <summary>
    /// For a process that does one thing and ends, often with its disk:
    /// every trace, and the last spans are sent before it ends instead of being kept for a next run that does not come.
    /// </summary>
    public static void ForJob(AzureMonitorExporterOptions options, string connectionString)
    {
        AppContext.SetSwitch(PersistOnShutdown, true);
        Common(options, connectionString);
        options.TracesPerSecond = null;
        options.SamplingRatio = 1;
        options.Retry.NetworkTimeout = LastUpload;
    }

    private static void Common(AzureMonitorExporterOptions options, string connectionString)
    {
        options.ConnectionString = connectionString;
        options.EnableLiveMetrics = false;
        options.EnableTraceBasedLogsSampler = false;

        // A token travels over TLS only; an endpoint without it is a collector of one's own.
        var isPlain = connectionString.Contains("IngestionEndpoint=http://", StringComparison.OrdinalIgnoreCase);
        if (!isPlain) options.Credential = AzureIdentity.Credential;
    }
}
