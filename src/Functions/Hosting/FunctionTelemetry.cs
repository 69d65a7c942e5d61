using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Hosting;
using WrnCloud.Telemetry;

namespace WrnCloud.Functions.Hosting;

/// <summary>Telemetry of the Functions worker.</summary>
public static class FunctionTelemetry
{
    /// <summary>As <see cref="ServiceTelemetry.AddServiceTelemetry"/>, with the worker's spans and its name where something is sent.</summary>
    public static IHostApplicationBuilder AddFunctionTelemetry(this IHostApplicationBuilder builder)
    {
        // Tells the Functions host that the worker sends its logs itself: without a place to send them to, they would be nowhere.
        builder.AddServiceTelemetry()?.UseFunctionsWorkerDefaults();
        return builder;
    }
}
