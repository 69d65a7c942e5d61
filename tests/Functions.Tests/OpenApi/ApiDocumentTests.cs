using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Errors;
using WrnCloud.Functions.OpenApi;

namespace WrnCloud.Functions.Tests.OpenApi;

public sealed class ApiDocumentTests
{
    private static readonly JsonObject Document = JsonNode.Parse(new ApiDocument().Json)!.AsObject();

    private static IEnumerable<(string Path, string Verb, JsonObject Operation)> Operations =>
        Document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => (p.Key, o.Key, o.Value!.AsObject())));

    [Fact]
    public void Document_Operations_AreTheHttpFunctions()
    {
        var described = Operations.Select(o => $"{o.Operation["operationId"]} {o.Verb} {o.Path}").Order(StringComparer.Ordinal);
        var declared = HttpFunctions.All.Select(f => $"{f.Name} {f.Verb} /api/{f.Route}").Order(StringComparer.Ordinal);

        Assert.Equal(declared, described);
    }

    [Fact]
    public void Document_Security_IsTheTriggersLevel()
    {
        var open = Operations.Where(o => o.Operation["security"] is JsonArray { Count: 0 })
            .Select(o => o.Operation["operationId"]!.GetValue<string>());
        var anonymous = HttpFunctions.All.Where(f => f.Level == AuthorizationLevel.Anonymous).Select(f => f.Name);

        Assert.Equal(anonymous.Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
        var scheme = Document["components"]!["securitySchemes"]!.AsObject().Single();
        Assert.Equal("x-functions-key", scheme.Value!["name"]!.GetValue<string>());
        Assert.Equal("header", scheme.Value["in"]!.GetValue<string>());
        Assert.Equal(scheme.Key, Document["security"]![0]!.AsObject().Single().Key);
    }

    [Fact]
    public void Document_ErrorCodes_AreInTheCatalogueUnderTheirStatus()
    {
        var catalogue = ErrorCatalogue.All.ToDictionary(e => e.Code, e => e.Status);
        var answers = Operations.SelectMany(o => o.Operation["responses"]!.AsObject()).Where(r => r.Value!["x-error-codes"] is not null).ToList();

        Assert.NotEmpty(answers);
        foreach (var (status, answer) in answers)
            foreach (var code in answer!["x-error-codes"]!.AsArray())
                Assert.Equal(status, catalogue[code!.GetValue<string>()].ToString());
    }

    [Fact]
    public void Document_References_Resolve()
    {
        var components = Document["components"]!["schemas"]!.AsObject();
        var references = Nodes(Document).OfType<JsonObject>().Select(n => n["$ref"]?.GetValue<string>()).OfType<string>().ToList();

        Assert.NotEmpty(references);
        Assert.All(
            references,
            r => Assert.True(r.StartsWith("#/components/schemas/", StringComparison.Ordinal) && components.ContainsKey(r.Split('/')[^1]), r));
        Assert.Equal(components.Select(c => c.Key).Order(), references.Select(r => r.Split('/')[^1]).Distinct().Order());
    }

    [Fact]
    public void Document_PathParameters_AreDeclaredOnce()
    {
        foreach (var (path, _, operation) in Operations)
        {
            var inRoute = path.Split('/').Where(s => s.StartsWith('{')).Select(s => s.Trim('{', '}')).Order();
            var declared = (operation["parameters"] as JsonArray ?? [])
                .Where(p => p!["in"]!.GetValue<string>() == "path")
                .Select(p => p!["name"]!.GetValue<string>()).Order();
            Assert.Equal(inRoute, declared);
        }
    }

    [Fact]
    public void Document_EveryFieldOfEveryObject_IsDescribed()
    {
        var silent = Document["components"]!["schemas"]!.AsObject()
            .Where(s => s.Value!["properties"] is JsonObject)
            .SelectMany(s => s.Value!["properties"]!.AsObject().Where(p => p.Value!["description"] is null).Select(p => $"{s.Key}.{p.Key}"));

        Assert.Empty(silent);
    }

    [Fact]
    public void Schema_OfJob_SaysWhatTheSerializerWrites()
    {
        var job = Document["components"]!["schemas"]!["Job"]!;
        var properties = job["properties"]!.AsObject();

        Assert.Equal("string", properties["acceptedAt"]!["type"]!.GetValue<string>());
        Assert.Equal("date-time", properties["acceptedAt"]!["format"]!.GetValue<string>());
        Assert.Equal("integer", properties["attempt"]!["type"]!.GetValue<string>());
        Assert.Equal("integer", properties["version"]!["type"]!.GetValue<string>());
        Assert.Equal("#/components/schemas/JobState", properties["state"]!["$ref"]!.GetValue<string>());
        Assert.False(properties.ContainsKey("isTerminal"));
        var required = job["required"]!.AsArray().Select(r => r!.GetValue<string>()).ToList();
        Assert.Contains("acceptedAt", required);
        Assert.DoesNotContain("endedAt", required);
        Assert.Equal(
            ["accepted", "queued", "running", "interrupted", "succeeded", "failed", "cancelled"],
            Document["components"]!["schemas"]!["JobState"]!["enum"]!.AsArray().Select(v => v!.GetValue<string>()));
    }

    [Fact]
    public void Document_Types_NameNoNull() =>
        Assert.DoesNotContain("null", Nodes(Document).OfType<JsonObject>().SelectMany(n => Texts(n["type"]).Concat(Texts(n["enum"]))));

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonArray list => list.Select(n => n?.ToString() ?? "null"),
        JsonValue value => [value.ToString()],
        _ => [],
    };

    private static IEnumerable<JsonNode> Nodes(JsonNode node)
    {
        yield return node;
        var inner = node switch
        {
            JsonObject o => o.Select(p => p.Value),
            JsonArray a => a,
            _ => [],
        };
        foreach (var child in inner.OfType<JsonNode>().SelectMany(Nodes)) yield return child;
    }
}
