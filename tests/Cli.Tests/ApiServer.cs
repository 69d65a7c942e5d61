using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using WrnCloud.Errors;
using WrnCloud.Hosting;

namespace WrnCloud.Cli.Tests;

/// <summary>A real HTTP server whose answers a test writes down, and which remembers what it was asked.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    public const string Key = "secret-key";
    private readonly ConcurrentDictionary<string, Queue<Func<HttpContext, IResult>>> answers = new();
    private readonly WebApplication app;

    private ApiServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(HandleAsync);
    }

    public ConcurrentQueue<Request> Requests { get; } = new();

    public Uri Endpoint => new(app.Urls.First());

    /// <summary>Options that name this server.</summary>
    public string Options => $"--endpoint {Endpoint} --key {Key}";

    public static async Task<ApiServer> StartAsync()
    {
        var server = new ApiServer();
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Answers a request; several answers to one are given in turn, the last one for ever.</summary>
    public ApiServer On(string request, params ReadOnlySpan<Func<HttpContext, IResult>> inTurn)
    {
        answers[request] = new Queue<Func<HttpContext, IResult>>(inTurn.ToArray());
        return this;
    }

    public ApiServer OnJson(string request, object body, int status = 200) => On(request, _ => Json(body, status));

    public static IResult Json(object body, int status = 200) => Results.Json(body, WrnJson.Compact, statusCode: status);

    public static IResult Problem(ErrorCode error, string detail, params FieldError[] errors) => Results.Json(
        Errors.Problem.From(new WrnException(error, detail, errors)), WrnJson.Compact, Errors.Problem.MediaType, error.Status);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = new Request(
            $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}",
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray());
        Requests.Enqueue(request);
        Func<HttpContext, IResult>? answer = null;
        if (answers.TryGetValue(request.Line, out var queue))
        {
            lock (queue) answer = queue.Count > 1 ? queue.Dequeue() : queue.Peek();
        }

        await (answer?.Invoke(context) ?? Results.Text($"no answer for {request.Line}", statusCode: 404)).ExecuteAsync(context);
    }

    internal sealed record Request(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body)
    {
        public string Text => Encoding.UTF8.GetString(Body);
    }
}
