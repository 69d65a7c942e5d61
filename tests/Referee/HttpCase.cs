using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace WrnCloud.Referee;

/// <summary>A request that both hosts answer.</summary>
/// <param name="Method">The verb.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Body">The body, or none.</param>
/// <param name="MediaType">The body's type.</param>
/// <param name="Key">The key in the header; null for none.</param>
/// <param name="Headers">Further headers, each <c>name: value</c>.</param>
internal sealed record HttpCase(
    string Method, string Path, byte[]? Body = null, string MediaType = "application/json", string? Key = RefereeStack.Key, params string[] Headers)
{
    private static readonly byte[] Red = Pictures.Of(200, 10, 10);

    /// <summary>Every request. The order is that of sending: a later one may read what an earlier one wrote.</summary>
    public static IReadOnlyList<HttpCase> All { get; } =
    [
        new("GET", "/api/health", Key: null),
        new("GET", "/api/health", Key: "wrong"),
        new("GET", "/api/health/"),
        new("HEAD", "/api/health"),
        new("POST", "/api/health"),
        new("GET", "/api/openapi.json", Key: null),
        new("GET", "/api/docs", Key: null),
        new("GET", "/api/recipes"),
        new("GET", "/API/Recipes"),
        new("GET", "/api/recipes", Key: null),
        new("GET", "/api/recipes", Key: "wrong"),
        new("GET", $"/api/recipes?code={RefereeStack.Key}", Key: null),
        new("GET", $"/api/recipes?code={RefereeStack.Key}", Key: "wrong"),
        new("GET", "/api/recipes?code=wrong", Key: null),
        new("OPTIONS", "/api/recipes"),
        new("DELETE", "/api/recipes"),
        new("GET", "/api/none"),
        new("GET", "/recipes"),
        new("GET", "/api/datasets"),
        new("GET", "/api/models"),
        new("GET", "/api/models?count=0"),
        new("GET", "/api/models?count=1"),
        new("GET", $"/api/models/{RefereeStack.Model}"),
        new("GET", "/api/models/none"),
        new("GET", "/api/models/%2e%2e%2f"),
        new("GET", "/api/models/a%2Fb"),
        new("GET", "/api/models/na%C3%AFve"),
        new("GET", "/api/models/a%20b"),
        new("GET", $"/api/models/{RefereeStack.Model}/versions/1"),
        new("GET", $"/api/models/{RefereeStack.Model}/versions/9"),
        new("GET", $"/api/models/{RefereeStack.Model}/versions/one"),
        new("GET", $"/api/models/{RefereeStack.Model}/versions/1/artifacts/model.onnx"),
        new("GET", $"/api/models/{RefereeStack.Model}/versions/1/artifacts/model.onnx", Headers: "Range: bytes=0-9"),
        new("GET", $"/api/models/{RefereeStack.Model}/versions/1/artifacts/none"),
        new("PUT", $"/api/models/{RefereeStack.Model}/aliases/production", Json("""{"version":1}""")),
        new("PUT", $"/api/models/{RefereeStack.Model}/aliases/production", Json("""{"version":9}""")),
        new("PUT", $"/api/models/{RefereeStack.Model}/aliases/production", Json("""{"version":1}"""), Headers: "If-Match: \"none\""),
        new("GET", $"/api/models/{RefereeStack.Model}/aliases/production"),
        new("GET", $"/api/models/{RefereeStack.Model}/aliases/none"),
        new("DELETE", $"/api/models/{RefereeStack.Model}/versions/1"),
        new("POST", $"/api/models/{RefereeStack.Model}/predict", Red, "image/png"),
        new(
            "POST",
            $"/api/models/{RefereeStack.Model}/predict?version=1",
            Json($$"""{"images":[{"name":"r","data":"{{Convert.ToBase64String(Red)}}"}]}""")),
        new("POST", $"/api/models/{RefereeStack.Model}/predict?top=7&alias=", Red, "image/png"),
        new("POST", $"/api/models/{RefereeStack.Model}/predict", [1, 2, 3], "image/png"),
        new("POST", $"/api/models/{RefereeStack.Model}/predict", new byte[31_000_000], "image/png"),
        new("POST", $"/api/models/{RefereeStack.Model}/predict", [], "image/png"),
        new("POST", "/api/models/none/predict", Red, "image/png"),
        new("GET", "/api/training-jobs?state=lost"),
        new("GET", "/api/training-jobs/zzzzzzzzzz0000000000"),
        new("POST", "/api/training-jobs", Json("{")),
        new("POST", "/api/training-jobs", Json("""{"epocs":3}""")),
        new("POST", "/api/training-jobs", Json("{}"), "text/plain"),
        new("POST", "/api/training-jobs", Json("""{"model":"WRN-11-1","dataset":"tiny","recipe":"fast/shapes10"}""")),
        new("POST", "/api/training-jobs", Json("""{"model":"WRN-10-1","dataset":"none","recipe":"fast/shapes10"}""")),
        new("POST", "/api/training-jobs", new byte[1 << 20]),
        new("POST", "/api/training-jobs", RefereeStack.Training, Headers: "Idempotency-Key: both-hosts"),
        new(
            "POST",
            "/api/training-jobs",
            Json("""{"model":"WRN-16-1","dataset":"tiny","recipe":"fast/shapes10"}"""),
            Headers: "Idempotency-Key: both-hosts"),
        new("GET", "/api/training-jobs"),
        new("GET", "/api/training-jobs?state=queued&count=1"),
        new("POST", "/api/training-jobs/zzzzzzzzzz0000000000/cancel"),
        new("GET", "/api/batches/0123"),
        new("POST", "/api/uploads", Json("""{"kind":"dataset","name":"tiny","files":[]}""")),
        new("POST", "/api/uploads", Json("""{"kind":"other"}""")),
    ];

    /// <summary>Its name among all requests. Bodies of one length differ by their hash.</summary>
    public override string ToString()
    {
        var body = Body is null ? "" : $"{MediaType} {Body.Length} {Convert.ToHexStringLower(SHA256.HashData(Body))[..6]}";
        var key = Key switch { null => "no key", RefereeStack.Key => "", var other => $"key {other}" };
        return string.Join(' ', new[] { Method, Path, body, key, string.Join(", ", Headers) }.Where(p => p.Length > 0));
    }

    /// <summary>Sends it.</summary>
    public async Task<HttpAnswer> SendAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(new HttpMethod(Method), new Uri(Path, UriKind.Relative));
        if (Body is not null) request.Content = new ByteArrayContent(Body) { Headers = { ContentType = new MediaTypeHeaderValue(MediaType) } };
        if (Key is not null) request.Headers.Add("x-functions-key", Key);
        foreach (var header in Headers) request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        using var response = await client.SendAsync(request);
        return await HttpAnswer.OfAsync(response);
    }

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);
}
