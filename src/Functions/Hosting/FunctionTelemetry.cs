using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Hosting;
using WrnCloud.Telemetry;

namespace WrnCloud.Functions.Hosting;

/// <summary>Telemetry of the Functions worker.</summary>
public static class FunctionTelemetry
{
    /// <summary>As <see cref="ServiceTelemetry.AddServiceTelemetry"/>, with the worker's spans and its name if anything is exported.</summary>
    public static IHostApplicationBuilder AddFunctionTelemetry(this IHostApplicationBuilder builder)
    {
        // Tells the Functions host that the worker exports its logs itself: without an exporter they would be lost.
        builder.AddServiceTelemetry()?.UseFunctionsWorkerDefaults();
        return builder;
    }
}
