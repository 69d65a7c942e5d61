using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WrnCloud.Errors;
using WrnCloud.Hosting;

namespace WrnCloud.Functions.Http;

/// <summary>Turns a handler's value or exception into the response: JSON, or a problem document with a stable code.</summary>
public static partial class Answer
{
    private static readonly TimeSpan RetryAfterOutage = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Runs a handler and turns any exception into a documented response. Each of its calls to the store has the request's budget:
    /// <see cref="RequestOptions"/>.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="handler">Gets a token that is cancelled when the caller disconnects.</param>
    /// <param name="parameters">The operation's query parameters; any other is rejected.</param>
    public static async Task<IResult> FromAsync(
        HttpRequest request, Func<CancellationToken, Task<IResult>> handler, params IReadOnlyList<string> parameters)
    {
        var aborted = request.HttpContext.RequestAborted;
        using var budget = request.HttpContext.RequestServices.GetService<IOptions<RequestOptions>>()?.Value.Store.Use();
        try
        {
            Query.Require(request, parameters);
            return await handler(aborted);
        }
        catch (WrnException e)
        {
            return Problem(request, e);
        }
        catch (Exception e) when (HasLeft(e, aborted))
        {
            // The caller has disconnected, which is not an error. Without this Kestrel drains the rest of a body
            // whose read has just failed, and logs that as an error.
            request.HttpContext.Abort();
            return Results.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
        catch (BadHttpRequestException e)
        {
            return Problem(request, Refusal(e));
        }
        catch (Exception e) when (Outage.Is(e))
        {
            var part = Outage.PartOf(e);
            LogOutage(Logger(request), request.Method, request.Path, part, e);
            return Problem(request, new WrnException(ErrorCatalogue.Unavailable, $"The {part} does not answer.") { RetryAfter = RetryAfterOutage });
        }
#pragma warning disable CA1031 // The last line of defence: a stack trace must never reach a client.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogUnexpected(Logger(request), request.Method, request.Path, e);
            return Problem(request, new WrnException(ErrorCatalogue.Internal, "The request could not be answered."));
        }
    }

    /// <summary>A JSON response.</summary>
    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) => Results.Json(value, WrnJson.Compact, statusCode: status);

    private static bool HasLeft(Exception e, CancellationToken aborted) =>
        e is ConnectionResetException or ConnectionAbortedException
        || (aborted.IsCancellationRequested && e is (OperationCanceledException or IOException));

    // Problems that the server finds while it reads a body.
    private static WrnException Refusal(BadHttpRequestException e) => e.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new(ErrorCatalogue.BodyTooLarge, "The body is larger than this operation accepts."),
        StatusCodes.Status408RequestTimeout => new(ErrorCatalogue.RequestTimeout, "The body arrived too slowly."),
        _ => new(ErrorCatalogue.BodyInvalid, "The body is truncated, or its chunks are malformed."),
    };

    private static IResult Problem(HttpRequest request, WrnException exception)
    {
        var problem = Errors.Problem.From(exception);
        if (problem.RetryAfterSeconds is { } seconds) request.HttpContext.Response.Headers.RetryAfter = ((int)Math.Ceiling(seconds)).ToString();
        return Results.Json(problem, WrnJson.Compact, Errors.Problem.MediaType, problem.Status);
    }

    private static ILogger Logger(HttpRequest request) =>
        request.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Answer).FullName!);

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed unexpectedly")]
    private static partial void LogUnexpected(ILogger logger, string method, PathString path, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "{Method} {Path}: the {Part} does not answer")]
    private static partial void LogOutage(ILogger logger, string method, PathString path, string part, Exception exception);
}
