using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WrnCloud.Functions.Hosting;

// The Functions worker, started by the Functions host; on one machine LocalCloud's functions host runs the same classes.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.AddFunctionTelemetry();
builder.Services.Configure<KestrelServerOptions>(o => o.Limits.MaxRequestBodySize = 104_857_600);
builder.Services.AddWrnCloudFunctions(builder.Configuration);
await builder.Build().RunAsync();
