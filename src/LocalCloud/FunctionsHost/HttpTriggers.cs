using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WrnCloud.Hosting;

namespace WrnCloud.LocalCloud.FunctionsHost;

/// <summary>
/// Maps HTTP functions under <c>/api</c> and answers as the real host does: 404 with an empty body for an unknown route or verb (never
/// 405), 401 with an empty body for a missing or wrong key, 500 with an empty body for an unhandled exception and for a body above the host's limit.
/// </summary>
internal static partial class HttpTriggers
{
    /// <summary>The real host's limit on a request's body, in bytes.</summary>
    public const long MaxBodyBytes = 104_857_600;

    public static void Map(WebApplication app)
    {
        var functions = app.Services.GetRequiredService<FunctionCatalog>().Functions.Where(f => f.Http is not null);

        // One endpoint for each route, whatever the verb, so that this class answers a wrong verb.
        foreach (var route in functions.GroupBy(f => f.Http!.Route ?? f.Name, StringComparer.OrdinalIgnoreCase))
        {
            var byVerb = route.SelectMany(f => (f.Http!.Methods ?? []).Select(m => (Verb: m, Function: f)))
                .ToDictionary(f => f.Verb, f => f.Function, StringComparer.OrdinalIgnoreCase);
            app.Map($"/api/{route.Key}", context => AnswerAsync(context, byVerb));
        }
    }

    private static async Task AnswerAsync(HttpContext context, Dictionary<string, FunctionDefinition> byVerb)
    {
        if (!byVerb.TryGetValue(context.Request.Method, out var function))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var services = context.RequestServices;
        if (function.Http!.AuthLevel != AuthorizationLevel.Anonymous && !services.GetRequiredService<FunctionKey>().Admits(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (context.Request.ContentLength > MaxBodyBytes)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        context.Request.Headers["x-ms-invocation-id"] = services.GetRequiredService<IIdSource>().NewWriteId();
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            var route = context.GetRouteData().Values.ToDictionary(v => v.Key, v => v.Value?.ToString() ?? "", StringComparer.OrdinalIgnoreCase);
            var result = (IResult?)await services.GetRequiredService<FunctionInvoker>().InvokeAsync(function, context.Request, route, stopping);
            if (result is not null) await result.ExecuteAsync(context);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is (OperationCanceledException or IOException))
        {
            // The client has disconnected.
        }
#pragma warning disable CA1031 // As the real host: whatever a function throws is a 500 with an empty body.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(HttpTriggers).FullName!), function.Name, e);

            // A response that has started can't be replaced; aborted, it is not mistaken for a complete one.
            if (context.Response.HasStarted) context.Abort();
            else context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    [LoggerMessage(61, LogLevel.Error, "The function {Name} failed")]
    private static partial void LogFailed(ILogger logger, string name, Exception exception);
}
