using System.Text.RegularExpressions;

namespace WrnCloud.Referee;

/// <summary>An answer without what can't be equal: the clock, the host's own port, how long something took.</summary>
internal sealed partial record HttpAnswer(int Status, string Headers, string Body)
{
    // The worker names its server and YARP passes that on, as the Functions host does.
    private static readonly string[] Left = ["Date", "Server", "Transfer-Encoding"];

    public static async Task<HttpAnswer> OfAsync(HttpResponseMessage response)
    {
        var authority = response.RequestMessage!.RequestUri!.Authority;
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(h => !Left.Contains(h.Key, StringComparer.OrdinalIgnoreCase))
            .Select(h => $"{h.Key}: {(h.Key == "ETag" ? "any" : string.Join(", ", h.Value))}".Replace(authority, "host", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        var body = (await response.Content.ReadAsStringAsync()).Replace(authority, "host", StringComparison.Ordinal);
        return new HttpAnswer(
            (int)response.StatusCode, string.Join('\n', headers), Moved().Replace(Timing().Replace(body, "${name}:0"), "\"movedAt\":0"));
    }

    [GeneratedRegex("""(?<name>"(?:queueMs|decodeMs|inferMs)"):[0-9.eE+-]+""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Timing();

    [GeneratedRegex("\"movedAt\":\"[^\"]+\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Moved();
}
