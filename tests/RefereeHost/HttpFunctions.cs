using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WrnCloud.Hosting;
using WrnCloud.RefereeHost.Rpc;
using Yarp.ReverseProxy.Forwarder;

namespace WrnCloud.RefereeHost;

/// <summary>Routes, verbs and keys as the worker indexed them; the request itself goes to the worker's own Kestrel.</summary>
internal sealed class HttpFunctions(WorkerSupervisor supervisor, IHttpForwarder forwarder, string key, IIdSource ids) : IDisposable
{
    private const string InvocationIdHeader = "x-ms-invocation-id";

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
    });

    public void Map(WebApplication app, IEnumerable<IndexedFunction> functions)
    {
        // One endpoint for each route, whatever the verb: a wrong verb is no route to the Functions host.
        foreach (var route in functions.Where(f => f.Is("httpTrigger")).GroupBy(f => f.Text("route"), StringComparer.OrdinalIgnoreCase))
        {
            var byVerb = route.SelectMany(f => f.Trigger.GetProperty("methods").EnumerateArray().Select(m => (Verb: m.GetString()!, f)))
                .ToDictionary(f => f.Verb, f => f.f, StringComparer.OrdinalIgnoreCase);
            app.Map($"/api/{route.Key}", context => AnswerAsync(context, byVerb));
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task AnswerAsync(HttpContext context, Dictionary<string, IndexedFunction> byVerb)
    {
        if (!byVerb.TryGetValue(context.Request.Method, out var function))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!string.Equals(function.Text("authLevel"), "Anonymous", StringComparison.OrdinalIgnoreCase) && !Admits(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var worker = await supervisor.LoadedAsync(context.RequestAborted);
        var parent = context.Request.Headers.TraceParent is { Count: 1 } given ? $"{given}" : TraceParent.New();
        var invocation = function.Invocation(ids.NewWriteId(), parent, null);
        foreach (var (name, value) in context.GetRouteData().Values) invocation.TriggerMetadata[name] = new TypedData { String = $"{value}" };
        context.Request.Headers[InvocationIdHeader] = invocation.InvocationId;

        // Both at once: the worker pairs them by the invocation's id and waits a few seconds only for the other half.
        var invoked = worker.Channel.InvokeAsync(invocation, CancellationToken.None);
        await forwarder.SendAsync(context, worker.HttpUri, _client, ForwarderRequestConfig.Empty, HttpTransformer.Default);
        try
        {
            await invoked;
        }
        catch (WorkerException e)
        {
            Console.Error.WriteLine($"{function.Name}: {e.Message}");
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private bool Admits(HttpRequest request) =>
        (request.Headers.TryGetValue("x-functions-key", out var header) ? header.ToString() : request.Query["code"].ToString()) == key;
}
