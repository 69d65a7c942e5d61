using System.Net;
using System.Text.Json;
using WrnCloud.Errors;
using WrnCloud.Hosting;

namespace WrnCloud.Cli.Api;

/// <summary>Reads an error response: a problem document, or whatever a proxy in between may have sent.</summary>
internal static class ProblemReader
{
    private const int ShownText = 300;

    public static async Task<Problem> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await TextAsync(response, cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType == Problem.MediaType)
        {
            try
            {
                if (JsonSerializer.Deserialize<Problem>(text, WrnJson.Compact) is { Code: not null, Detail: not null } problem) return problem;
            }
            catch (JsonException)
            {
                // Reported below as an unknown response.
            }
        }

        return Foreign(response.StatusCode, text);
    }

    private static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadAsStringAsync(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new EndpointUnreachableException(response.RequestMessage!.RequestUri!, e.Message, e);
        }
    }

    private static Problem Foreign(HttpStatusCode status, string text)
    {
        var detail = status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "The key was not accepted. Give the function key with --key or WRN_KEY.",
            HttpStatusCode.NotFound => "The address does not exist there. Is the endpoint a WrnCloud service?",
            _ => string.IsNullOrWhiteSpace(text) ? "The response has no body." : text.Trim(),
        };
        if (detail.Length > ShownText) detail = detail[..ShownText] + "…";
        return new Problem("about:blank", $"HTTP {(int)status} {status}", (int)status, detail, $"http-{(int)status}");
    }
}
