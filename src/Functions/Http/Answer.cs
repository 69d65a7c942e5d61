using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WrnCloud.Errors;
using WrnCloud.Hosting;

namespace WrnCloud.Functions.Http;

/// <summary>Turns a handler's value or exception into the answer: JSON, or a problem document with a stable code.</summary>
public static partial class Answer
{
    /// <summary>Runs a handler; whatever it throws becomes a documented answer.</summary>
    public static async Task<IResult> FromAsync(HttpRequest request, Func<CancellationToken, Task<IResult>> handler)
    {
        try
        {
            return await handler(request.HttpContext.RequestAborted);
        }
        catch (WrnException e)
        {
            return Problem(request, Errors.Problem.From(e));
        }
        catch (OperationCanceledException) when (request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Results.StatusCode(499);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == 413)
        {
            return Problem(request, Errors.Problem.From(new WrnException(ErrorCatalogue.BodyTooLarge, "The body is larger than this operation takes.")));
        }
        catch (RequestFailedException e) when (e.Status == 400 && Query.Text(request, "next") is not null)
        {
            return Problem(request, Errors.Problem.From(new WrnException(ErrorCatalogue.QueryInvalid, "'next' is no token of a page.", null, e)));
        }
        catch (Exception e) when (Outage.Is(e))
        {
            LogOutage(Logger(request), request.Method, request.Path, e);
            return Problem(request, Errors.Problem.From(new WrnException(ErrorCatalogue.Unavailable, "A service behind this one does not answer.") { RetryAfter = TimeSpan.FromSeconds(5) }));
        }
#pragma warning disable CA1031 // The last line of defence: a stack trace must never reach a client.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogUnexpected(Logger(request), request.Method, request.Path, e);
            return Problem(request, Errors.Problem.From(new WrnException(ErrorCatalogue.Internal, "The request could not be answered.")));
        }
    }

    /// <summary>A JSON answer.</summary>
    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) => Results.Json(value, WrnJson.Compact, statusCode: status);

    private static IResult Problem(HttpRequest request, Problem problem)
    {
        if (problem.RetryAfterSeconds is { } seconds) request.HttpContext.Response.Headers.RetryAfter = ((int)Math.Ceiling(seconds)).ToString();
        return Results.Json(problem, WrnJson.Compact, Errors.Problem.MediaType, problem.Status);
    }

    private static ILogger Logger(HttpRequest request) =>
        request.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Answer).FullName!);

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed unexpectedly")]
    private static partial void LogUnexpected(ILogger logger, string method, PathString path, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "{Method} {Path}: a service behind this one does not answer")]
    private static partial void LogOutage(ILogger logger, string method, PathString path, Exception exception);
}
