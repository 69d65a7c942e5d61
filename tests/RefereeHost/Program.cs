using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WrnCloud.Hosting;
using WrnCloud.RefereeHost;
using WrnCloud.RefereeHost.Rpc;
using Yarp.ReverseProxy.Forwarder;

// A minimal Functions host for the published worker of a folder:
//
//   RefereeHost <folder> [--parent-stdin]       with Host__FunctionKey, and the connection strings that the functions name, in the environment
//
// Prints one line of JSON when it listens. Besides the functions it answers GET /admin/host/status and /admin/functions.
var app = Path.GetFullPath(args[0]);
var stopping = ParentProcess.EndsWith(args, CancellationToken.None);
var ids = new RandomIdSource();

await using var rpc = Build(HttpProtocols.Http2, services => services.AddSingleton<WorkerConnections>().AddGrpc(o => o.MaxReceiveMessageSize = null));
rpc.MapGrpcService<FunctionRpcService>();
await rpc.StartAsync(stopping);
var supervisor = new WorkerSupervisor(app, Address(rpc), rpc.Services.GetRequiredService<WorkerConnections>(), ids, TimeProvider.System);
var supervision = supervisor.RunAsync(stopping);
var functions = (await supervisor.LoadedAsync(stopping)).Functions;

await using var web = Build(HttpProtocols.Http1, services => services.AddHttpForwarder());
using var http = new HttpFunctions(supervisor, web.Services.GetRequiredService<IHttpForwarder>(), Setting("Host__FunctionKey"), ids);
http.Map(web, functions);
web.Map("/admin/host/status", async context => await context.Response.WriteAsJsonAsync(
    new { (await supervisor.LoadedAsync(context.RequestAborted)).ProcessId }, context.RequestAborted));
web.Map("/admin/functions", context => context.Response.WriteAsJsonAsync(functions, context.RequestAborted));
await web.StartAsync(stopping);

using var hostJson = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(app, "host.json"), stopping));
var busSettings = hostJson.RootElement.GetProperty("extensions").GetProperty("serviceBus");
await using var bus = new ServiceBusPumps(supervisor, Setting, busSettings, ids);
await bus.StartAsync(functions, stopping);
var timers = new TimerPumps(supervisor, ids, TimeProvider.System).RunAsync(functions, stopping);

Console.WriteLine(JsonSerializer.Serialize(new { url = Address(web), ready = true }));
await Task.WhenAll(timers, supervision);

static WebApplication Build(HttpProtocols protocol, Action<IServiceCollection> add)
{
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
    builder.Logging.ClearProviders();
    builder.WebHost.ConfigureKestrel(o =>
    {
        o.Listen(IPAddress.Loopback, 0, l => l.Protocols = protocol);
        o.Limits.MaxRequestBodySize = 104_857_600;
        o.AddServerHeader = false;
    });
    add(builder.Services);
    return builder.Build();
}

static Uri Address(WebApplication app) => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"Set {name}.");
