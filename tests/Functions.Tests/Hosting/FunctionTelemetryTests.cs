using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;
using WrnCloud.Functions.Hosting;
using WrnCloud.Hosting;

namespace WrnCloud.Functions.Tests.Hosting;

/// <summary>
/// What the worker's real exporters send, looked at where it arrives: it has spans and logs, and no key, signature or query string.
/// </summary>
public sealed class FunctionTelemetryTests : IAsyncDisposable
{
    private const string Key = "k3yOfTheCaller";
    private const string Signature = "s1gnatureOfAnUpload";
    private const string Careless = "WrnCloud.Careless";

    private readonly TelemetryCollector _collector = new();
    private readonly HttpClient _http = new();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _collector.DisposeAsync();
    }

    [Fact(Timeout = 180_000)]
    public Task ApplicationInsights_OfRequestsWithKeys_GetsNone() =>
        SendsNoSecretAsync(
            new() { ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = _collector.ConnectionString }, "/v2.1/track", "RequestData", "MessageData");

    [Fact(Timeout = 180_000)]
    public Task Otlp_OfRequestsWithKeys_GetsNone() => SendsNoSecretAsync(
        new() { [WrnTelemetry.EndpointVariable] = _collector.Endpoint, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" }, "/v1/traces", "/v1/logs");

    [Fact]
    public async Task NoCollectorNamed_NothingIsCollected()
    {
        await using var app = Start([]);

        Assert.Null(app.Services.GetService<TracerProvider>());
        Assert.Null(app.Services.GetService<LoggerProvider>());
    }

    private async Task SendsNoSecretAsync(Dictionary<string, string?> settings, params string[] signs)
    {
        await using var app = Start(settings);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

        // Traces are sampled by their rate, so one request may not be enough.
        while (!signs.Append("careless span").All(s => _collector.Received.Contains(s, StringComparison.Ordinal)))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{address}/api/careless?code={Key}&top=1");
            request.Headers.Add("x-functions-key", Key);
            using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
            app.Services.GetRequiredService<TracerProvider>().ForceFlush();
            app.Services.GetRequiredService<LoggerProvider>().ForceFlush();
        }

        var received = _collector.Received;
        Assert.Contains("careless message", received, StringComparison.Ordinal);
        Assert.Contains("careless exception", received, StringComparison.Ordinal);
        Assert.DoesNotContain("Request starting", received, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, received, StringComparison.Ordinal);
        Assert.DoesNotContain(Signature, received, StringComparison.Ordinal);
        Assert.DoesNotContain("top=1", received, StringComparison.Ordinal);
    }

    // The worker's own pipeline needs the Functions host; any of ASP.NET Core's has the same loggers and spans.
    private WebApplication Start(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        foreach (var (name, value) in settings) builder.Configuration[name] = value;
        builder.WebHost.ConfigureKestrel(o => o.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Information);
        builder.AddFunctionTelemetry();

        // More than the worker listens to: whatever is traced one day has to be clean as well.
        builder.Services.ConfigureOpenTelemetryTracerProvider(t => t.AddSource("Microsoft.AspNetCore", "System.Net.Http", "Azure.*"));
        var app = builder.Build();
        app.MapGet("/api/careless", BeCarelessAsync);
        return app;
    }

    private async Task BeCarelessAsync(HttpRequest request, ILoggerFactory loggers)
    {
        var upload = new Uri($"{_collector.Endpoint}/blob?sv=2026&sig={Signature}");
        using var activity = WrnTelemetry.Source.StartActivity($"careless span of {request.GetEncodedPathAndQuery()}", ActivityKind.Server);
        activity?.SetTag("url.full", request.GetEncodedUrl()).SetTag("url.query", request.QueryString.Value)
            .SetTag("http.target", request.GetEncodedPathAndQuery()).SetTag("http.url", upload)
            .SetTag("http.request.header.x_functions_key", new[] { Key }).SetStatus(ActivityStatusCode.Error, upload.AbsoluteUri);
        var logger = loggers.CreateLogger(Careless);
#pragma warning disable CA1848, CA1873, CA2254 // Careless on purpose.
        logger.LogInformation("careless message of {Url} with {Query}", request.GetEncodedUrl(), request.QueryString);
        logger.LogError(new InvalidOperationException($"careless exception of {upload}"), "{Upload}", upload);
#pragma warning restore CA1848, CA1873, CA2254
        using var answer = await _http.GetAsync(upload);
        using var span = WrnTelemetry.Source.StartActivity("span with an event");
        span?.AddException(new InvalidOperationException(upload.AbsoluteUri));
    }
}
