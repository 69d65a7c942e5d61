using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WrnCloud.Functions.Hosting;
using WrnCloud.Hosting;

// The Functions worker, which the Functions host starts; on one machine LocalCloud's functions host runs the same classes.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
var telemetry = builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults();
if (!string.IsNullOrEmpty(builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]))
    telemetry.UseAzureMonitorExporter(o => o.Credential = AzureIdentity.Credential);
builder.Services.Configure<KestrelServerOptions>(o => o.Limits.MaxRequestBodySize = 104_857_600);
builder.Services.AddWrnCloudFunctions(builder.Configuration);
await builder.Build().RunAsync();
