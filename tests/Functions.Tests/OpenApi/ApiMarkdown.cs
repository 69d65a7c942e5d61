using System.Text;
using System.Text.Json.Nodes;
using WrnCloud.Functions.OpenApi;

namespace WrnCloud.Functions.Tests.OpenApi;

/// <summary>docs/api.md, from the table of operations and the document's schemas.</summary>
internal static class ApiMarkdown
{
    public static string Render()
    {
        var schemas = new ApiDocument().Root["components"]!["schemas"]!.AsObject();
        var text = new StringBuilder();
        text.Append("# HTTP API\n\n");
        text.Append(
            "JSON in camelCase, enumerations as camelCase strings, times RFC 3339 in UTC; "
                + "a field without a value is left out, unknown request fields are rejected.\n");
        text.Append(
            "Send the function key as `x-functions-key` unless an operation says \"no key\"; a missing or wrong key is a 401 without a body. "
                + "Errors: [errors.md](errors.md).\n");
        text.Append("A running service answers the same as an OpenAPI 3.1 document at `/api/openapi.json` and as a page at `/api/docs`.\n\n");
        text.Append("Generated from the table of operations by the tests of Functions.\n\n");
        text.Append("| operation | does |\n|---|---|\n");
        foreach (var operation in ApiOperations.All)
            text.Append($"| [{Title(operation)}](#{operation.Function.ToLowerInvariant()}) | {operation.Summary} |\n");
        foreach (var operation in ApiOperations.All) Operation(text, operation);
        text.Append("\n## Schemas\n");
        foreach (var (name, schema) in schemas) Schema(text, name, schema!.AsObject());
        return text.ToString();
    }

    private static string Title(ApiOperation operation) => $"`{operation.Method.ToUpperInvariant()} {operation.Path}`";

    private static void Operation(StringBuilder text, ApiOperation operation)
    {
        text.Append($"\n## {operation.Function}\n\n{Title(operation)}{(operation.Anonymous ? ", no key" : "")}. {operation.Summary}\n");
        if (operation.Description is { } description) text.Append($"{description}\n");
        if (operation.Parameters.Count > 0)
        {
            text.Append("\n| parameter | in | meaning |\n|---|---|---|\n");
            foreach (var p in operation.Parameters) text.Append($"| `{p.Name}` | {p.In} | {p.Description} |\n");
        }

        if (operation.Request.Count > 0) text.Append($"\nBody: {string.Join(", ", operation.Request.Select(Content))}.\n");
        text.Append("\n| status | body | meaning |\n|---|---|---|\n");
        foreach (var response in operation.Responses)
        {
            var headers = string.Concat((response.Headers ?? new Dictionary<string, string>()).Select(h => $" `{h.Key}`: {h.Value}"));
            text.Append(
                $"| {response.Status} | {(response.Content is { } content ? Content(content) : "none")} | {response.Description}{headers} |\n");
        }

        foreach (var status in operation.Errors.GroupBy(e => e.Status).OrderBy(g => g.Key))
            text.Append($"| {status.Key} | problem | {string.Join(", ", status.Select(e => $"`{e.Code}`"))} |\n");
    }

    private static void Schema(StringBuilder text, string name, JsonObject schema)
    {
        text.Append($"\n### {name}\n\n");
        if (schema["description"]?.GetValue<string>() is { } description) text.Append($"{Cell(description)}\n\n");
        if (schema["enum"] is JsonArray values) text.Append($"{string.Join(", ", values.Select(v => $"`{v!.GetValue<string>()}`"))}\n");
        if (schema["properties"] is not JsonObject properties) return;
        var required = (schema["required"] as JsonArray ?? []).Select(r => r!.GetValue<string>()).ToHashSet();
        text.Append("| field | type | meaning |\n|---|---|---|\n");
        foreach (var (field, type) in properties)
        {
            var meaning = type is JsonObject t ? t["description"]?.GetValue<string>() ?? "" : "";
            text.Append($"| `{field}`{(required.Contains(field) ? "" : "?")} | {TypeOf(type)} | {Cell(meaning)} |\n");
        }
    }

    private static string Content(ApiContent content) =>
        content.Type is null ? $"`{content.MediaType}`" : $"`{content.MediaType}` {TypeOf(new ApiSchemas().For(content.Type))}";

    private static string TypeOf(JsonNode? schema)
    {
        if (schema is not JsonObject node) return "anything";
        if (node["$ref"]?.GetValue<string>().Split('/')[^1] is { } name) return $"[{name}](#{name.ToLowerInvariant()})";
        return node["type"]?.GetValue<string>() switch
        {
            "array" => $"list of {TypeOf(node["items"])}",
            "object" when node["additionalProperties"] is { } values => $"map to {TypeOf(values)}",
            { } type => node["format"] is { } format ? $"{type} ({format.GetValue<string>()})" : type,
            null => "anything",
        };
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
