using System.Text.Json.Nodes;

namespace WrnCloud.EndToEnd.Support;

/// <summary>What a service's own description says that its operations answer.</summary>
internal sealed class ApiDescription
{
    private readonly JsonObject _paths;

    private ApiDescription(JsonObject paths) => _paths = paths;

    /// <summary>Method and path, with <c>x</c> in place of each parameter, of the operations that ask for a key.</summary>
    public IEnumerable<(HttpMethod Method, string Path)> Keyed =>
        _paths.SelectMany(p => p.Value!.AsObject().Where(o => o.Value!["security"] is null)
            .Select(o => (new HttpMethod(o.Key.ToUpperInvariant()), string.Join('/', p.Key.Split('/').Select(s => s.StartsWith('{') ? "x" : s)))));

    public static async Task<ApiDescription> ReadAsync(HttpClient http) =>
        new(JsonNode.Parse(await http.GetStringAsync(new Uri("/api/openapi.json", UriKind.Relative)))!["paths"]!.AsObject());

    /// <summary>The codes of the operation that a request means; empty for none.</summary>
    public IReadOnlyList<string> CodesOf(HttpMethod method, Uri uri)
    {
        var segments = uri.AbsolutePath.Split('/');
        var path = _paths.Where(p => Matches(p.Key.Split('/'), segments)).OrderBy(p => p.Key.Count(c => c == '{')).FirstOrDefault().Value;
        if (path?[method.Method.ToLowerInvariant()]?["responses"] is not JsonObject responses) return [];
        return [.. responses.SelectMany(r => r.Value!["x-error-codes"] as JsonArray ?? []).Select(c => c!.GetValue<string>())];
    }

    private static bool Matches(string[] template, string[] segments) =>
        template.Length == segments.Length
        && template.Zip(segments).All(s => s.First.StartsWith('{') || s.First.Equals(s.Second, StringComparison.OrdinalIgnoreCase));
}
