using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using WrnCloud.Functions.Hosting;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Storage;
using WrnCloud.Storage;
using WrnCloud.Telemetry;

namespace WrnCloud.LocalCloud.FunctionsHost;

/// <summary>The functions host as a process: Kestrel for the HTTP triggers, loops for the others. Configured by environment variables.</summary>
internal static class FunctionsHostProcess
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        // Not the current folder, which is the caller's and may be busy: its files would be read as settings and watched.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.ClearProviders()
            .AddSimpleConsole(o => o.SingleLine = true)
            .SetMinimumLevel(LogLevel.Warning)
            .AddFilter("WrnCloud", LogLevel.Information);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(o =>
        {
            // Another address is only safe behind something that keeps the network out, such as a container.
            o.Listen(
                System.Net.IPAddress.Parse(builder.Configuration["Host:Address"] ?? "127.0.0.1"), builder.Configuration.GetValue("Host:Port", 0));
            o.Limits.MaxRequestBodySize = HttpTriggers.MaxBodyBytes;
            o.AddServerHeader = false;
        });
        if (WrnTelemetry.IsExported)
        {
            builder.Services.AddOpenTelemetry().ConfigureResource(r => r.AddService("wrncloud-functions"))
                .WithTracing(t => t.AddSource("Microsoft.AspNetCore").AddSource(WrnTelemetry.SourceName).AddRedaction().AddOtlpExporter());
        }

        builder.Services.AddWrnCloudFunctions(builder.Configuration);
        builder.Services.AddSingleton(FunctionCatalog.Discover(typeof(FunctionServices).Assembly));
        builder.Services.AddSingleton(
            new FunctionKey(builder.Configuration["Host:FunctionKey"] ?? throw new InvalidOperationException("Set Host__FunctionKey.")));
        builder.Services.AddSingleton<FunctionInvoker>();
        builder.Services.AddHostedService<ServiceBusTriggers>().AddHostedService<TimerTriggers>().AddHostedService<BlobEventWatcher>();
        builder.Services.AddSingleton<IHostLifetime, ParentLifetime>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));

        await using var app = builder.Build();
        await app.Services.GetRequiredService<BlobStore>().EnsureContainersAsync(cancellationToken);
        HttpTriggers.Map(app);
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Readiness.Announce(new Dictionary<string, string> { ["url"] = address });
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
}
