using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace WrnCloud.Functions.OpenApi;

/// <summary>The document as one HTML page without scripts.</summary>
public sealed class ApiPage(ApiDocument document)
{
    /// <summary>The page's text.</summary>
    public string Html { get; } = Render(document.Root);

    /// <summary>The response, with headers that allow only the page's own style.</summary>
    public IResult Answer(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = PageStyle.Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.Text(Html, "text/html", Encoding.UTF8);
    }

    private static string Render(JsonObject root)
    {
        var info = root["info"]!;
        var operations = root["paths"]!.AsObject()
            .SelectMany(p => p.Value!.AsObject().Select(o => (Path: p.Key, Verb: o.Key, Node: o.Value!.AsObject())))
            .ToList();
        var groups = operations.GroupBy(o => o.Node["tags"]![0]!.GetValue<string>()).ToList();
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        html.Append($"<title>{Text(info["title"])} API</title><style>{PageStyle.Css}</style></head><body>");
        html.Append($"<h1>{Text(info["title"])} API {Text(info["version"])}</h1><p>{Text(info["summary"])}</p><p>{Text(info["description"])}</p>");
        var key = root["components"]!["securitySchemes"]!.AsObject().Single().Value!;
        html.Append($"<p>Send the header <code>{Text(key["name"])}</code> unless an operation says otherwise. {Text(key["description"])}</p>");
        html.Append("<nav>");
        foreach (var group in groups) html.Append($"<a href=\"#{Encode(group.Key)}\">{Encode(group.Key)}</a>");
        html.Append("<a href=\"#schemas\">schemas</a><a href=\"openapi.json\">openapi.json</a></nav>");
        foreach (var group in groups)
        {
            html.Append($"<h2 id=\"{Encode(group.Key)}\">{Encode(group.Key)}</h2>");
            foreach (var operation in group) Operation(html, operation.Path, operation.Verb, operation.Node);
        }

        html.Append("<h2 id=\"schemas\">schemas</h2>");
        foreach (var (name, schema) in root["components"]!["schemas"]!.AsObject()) Schema(html, name, schema!.AsObject());
        return html.Append("</body></html>\n").ToString();
    }

    private static void Operation(StringBuilder html, string path, string verb, JsonObject operation)
    {
        html.Append(
            $"<details id=\"{Text(operation["operationId"])}\"><summary><b class=\"verb\">{Encode(verb.ToUpperInvariant())}</b>"
                + $"<code>{Encode(path)}</code><span>{Text(operation["summary"])}</span></summary><div>");
        if (operation["description"] is { } description) html.Append($"<p>{Text(description)}</p>");
        if (operation["security"] is JsonArray { Count: 0 }) html.Append("<p>No key needed.</p>");
        if (operation["parameters"] is JsonArray parameters)
        {
            html.Append("<h4>Parameters</h4><table><tr><th>Name</th><th>In</th><th>Type</th><th>Meaning</th></tr>");
            foreach (var p in parameters.OfType<JsonObject>())
                html.Append(
                    $"<tr><td><code>{Text(p["name"])}</code></td><td>{Text(p["in"])}</td><td>{TypeOf(p["schema"])}</td>"
                        + $"<td>{Text(p["description"])}</td></tr>");
            html.Append("</table>");
        }

        if (operation["requestBody"]?["content"] is JsonObject body) html.Append($"<h4>Body</h4><p>{Contents(body)}</p>");
        html.Append("<h4>Answers</h4><table><tr><th>Status</th><th>Body</th><th>Meaning</th></tr>");
        foreach (var (status, response) in operation["responses"]!.AsObject())
            html.Append(
                $"<tr><td>{Encode(status)}</td><td>{Contents(response!["content"] as JsonObject)}</td><td>{Text(response["description"])}</td></tr>");
        html.Append("</table></div></details>");
    }

    private static void Schema(StringBuilder html, string name, JsonObject schema)
    {
        html.Append(
            $"<details id=\"schema-{Encode(name)}\"><summary><code>{Encode(name)}</code><span>{Text(schema["description"])}</span></summary><div>");
        if (schema["enum"] is JsonArray values) html.Append($"<p>{string.Join(", ", values.Select(v => $"<code>{Text(v)}</code>"))}</p>");
        if (schema["properties"] is JsonObject properties)
        {
            var required = (schema["required"] as JsonArray)?.Select(r => r!.GetValue<string>()).ToHashSet() ?? [];
            html.Append("<table><tr><th>Field</th><th>Type</th><th>Meaning</th></tr>");
            foreach (var (field, type) in properties)
                html.Append(
                    $"<tr><td><code>{Encode(field)}</code>{(required.Contains(field) ? "" : "?")}</td><td>{TypeOf(type)}</td>"
                        + $"<td>{Text(type is JsonObject t ? t["description"] : null)}</td></tr>");
            html.Append("</table>");
        }

        html.Append("</div></details>");
    }

    private static string Contents(JsonObject? contents) => contents is null
        ? ""
        : string.Join(", ", contents.Select(c => $"<code>{Encode(c.Key)}</code>{(c.Value?["schema"] is { } schema ? $" {TypeOf(schema)}" : "")}"));

    private static string TypeOf(JsonNode? schema)
    {
        if (schema is not JsonObject node) return "anything";
        if (node["$ref"]?.GetValue<string>().Split('/')[^1] is { } name) return $"<a href=\"#schema-{Encode(name)}\">{Encode(name)}</a>";
        return node["type"]?.GetValue<string>() switch
        {
            "array" => $"list of {TypeOf(node["items"])}",
            "object" when node["additionalProperties"] is { } values => $"map to {TypeOf(values)}",
            { } type => Encode(node["format"] is { } format ? $"{type} ({format.GetValue<string>()})" : type),
            null => "anything",
        };
    }

    private static string Text(JsonNode? node) => node is null ? "" : Encode(node.GetValue<string>());

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
