using Azure.Monitor.OpenTelemetry.Exporter;
using WrnCloud.Hosting;

namespace WrnCloud.Telemetry;

/// <summary>Settings of the Application Insights exporter, the same in every process.</summary>
public static class InsightsExport
{
    /// <summary>The variable with Application Insights' connection string; without it nothing is sent there.</summary>
    public const string ConnectionVariable = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>Most traces per second that a long-running process exports; a trace is sent whole or not at all.</summary>
    public const double ServiceTracesPerSecond = 5;

    private const string PersistOnShutdown = "Azure.Monitor.OpenTelemetry.Exporter.DisablePersistOnShutdown";

    /// <summary>How long an ending process waits for its last spans to be sent. OpenTelemetry itself allows no more on disposal.</summary>
    private static readonly TimeSpan LastUpload = TimeSpan.FromSeconds(5);

    /// <summary>The variables that disable the exporter's reports about itself, to its maker and to the owner's resource.</summary>
    private static readonly string[] Statistics =
        ["APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "APPLICATIONINSIGHTS_SDKSTATS_DISABLED", "APPLICATIONINSIGHTS_SDKSTATS_DISABLED_ALL"];

    /// <summary>Disables the exporter's reports about itself. Call it before an exporter is added, which reads the variables once.</summary>
    public static void SwitchStatisticsOff()
    {
        foreach (var variable in Statistics) Environment.SetEnvironmentVariable(variable, "true");
    }

    /// <summary>
    /// For a long-running process: at most <see cref="ServiceTracesPerSecond"/>, every log record whether or not its trace is sent, no live metrics.
    /// </summary>
    public static void ForService(AzureMonitorExporterOptions options, string connectionString)
    {
        Common(options, connectionString);
        options.TracesPerSecond = ServiceTracesPerSecond;
    }

    /// <summary>
    /// For a process that does one thing and ends, often together with its disk:
    /// every trace is sent, and the last spans are sent before it ends instead of being stored for a next run that never comes.
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

        // A token is sent over TLS only; an endpoint without TLS is a private collector.
        var isPlain = connectionString.Contains("IngestionEndpoint=http://", StringComparison.OrdinalIgnoreCase);
        if (!isPlain) options.Credential = AzureIdentity.Credential;
    }
}
