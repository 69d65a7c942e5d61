using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>The broker's own view of itself over HTTP on loopback: <c>GET /health</c> and <c>GET /queues</c>, which the scaler polls.</summary>
internal static class BrokerAdmin
{
    /// <summary>Starts listening on a free port; the address is the first of <see cref="WebApplication.Urls"/>.</summary>
    public static async Task<WebApplication> StartAsync(BrokerServer broker, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        // The default root is the current folder, whose settings are not the broker's, and watching it for changes takes time at each commit below it.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, ParentLifetime>();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/health", () => Results.Json(new { status = "healthy" }));
        app.MapGet("/queues", async () => Results.Json(await broker.CountAsync()));
        await app.StartAsync(cancellationToken);
        return app;
    }
}
