using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WrnCloud.LocalCloud.Broker.Access;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>
/// The broker's HTTP endpoint on loopback: <c>GET /health</c>, and <c>GET /queues</c>, which the scaler polls and which requires a
/// shared access signature by one of the broker's keys in <c>Authorization</c>, as Service Bus's HTTP endpoint does.
/// </summary>
internal static class BrokerAdmin
{
    /// <summary>
    /// Starts listening on <paramref name="port"/>, or a free one for 0; the address is the first of <see cref="WebApplication.Urls"/>.
    /// </summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<WebApplication> StartAsync(
        BrokerServer broker, IReadOnlyList<AccessPolicy> policies, int port, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        // The default root is the current folder, whose settings are not the broker's;
        // watching it for changes would also cost time at each commit below it.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, ParentLifetime>();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var tokens = new TokenVerifier(policies, TimeProvider.System);
        var app = builder.Build();
        app.MapGet("/health", () => Results.Json(new { status = "healthy" }));
        app.MapGet("/queues", async (HttpRequest request) =>
            IsAllowed(request, tokens) ? Results.Json(await broker.CountAsync()) : Results.StatusCode(StatusCodes.Status401Unauthorized));
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static bool IsAllowed(HttpRequest request, TokenVerifier tokens) =>
        tokens.Verify(SharedAccessSignature.TokenType, request.Headers.Authorization, $"http://{request.Host}{request.Path}").Granted is not null;
}
