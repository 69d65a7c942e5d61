using System.Text.Json.Nodes;
using WrnCloud.Errors;
using WrnCloud.Hosting;

namespace WrnCloud.Functions.OpenApi;

/// <summary>The OpenAPI 3.1 document: the table of operations, with schemas generated from the types.</summary>
public sealed class ApiDocument
{
    private const string KeyScheme = "functionKey";

    /// <summary>Builds the document.</summary>
    public ApiDocument()
    {
        var schemas = new ApiSchemas();
        var paths = new JsonObject();
        foreach (var route in ApiOperations.All.GroupBy(o => o.Path))
            paths[route.Key] = new JsonObject(route.Select(o => KeyValuePair.Create<string, JsonNode?>(o.Method, Operation(o, schemas))));
        schemas.For(typeof(Problem));
        Root = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "WrnCloud",
                ["version"] = typeof(ApiDocument).Assembly.GetName().Version!.ToString(3),
                ["summary"] = "Train Wide Residual Networks on demand and serve them.",
                ["description"] = "Times are RFC 3339 in UTC. A field without a value is left out. Unknown request fields are rejected, "
                    + "as are unknown or repeated query parameters. "
                    + "Every error is a problem document (RFC 9457) with a stable code; "
                    + "a body above 100 MiB never reaches an operation: the host answers 500 without a body.",
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
            ["security"] = new JsonArray(new JsonObject { [KeyScheme] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    [KeyScheme] = new JsonObject
                    {
                        ["type"] = "apiKey",
                        ["in"] = "header",
                        ["name"] = "x-functions-key",
                        ["description"] = "The function key. Without it, or with a wrong one, the response is 401 without a body.",
                    },
                },
                ["schemas"] = schemas.Components(),
            },
        };
        Json = Root.ToJsonString(WrnJson.Indented);
    }

    /// <summary>The document's text.</summary>
    public string Json { get; }

    internal JsonObject Root { get; }

    private static JsonObject Operation(ApiOperation operation, ApiSchemas schemas)
    {
        var node = new JsonObject
        {
            ["operationId"] = operation.Function,
            ["tags"] = new JsonArray(operation.Group),
            ["summary"] = operation.Summary,
        };
        if (operation.Description is { } description) node["description"] = description;
        if (operation.Anonymous) node["security"] = new JsonArray();
        var parameters = operation.PathParameters.Select(p => PathParameter(p, schemas))
            .Concat(operation.Parameters.Select(p => Parameter(p, schemas))).ToList();
        if (parameters.Count > 0) node["parameters"] = new JsonArray([.. parameters]);
        if (operation.Request.Count > 0)
        {
            node["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject(operation.Request.Select(c => Content(c, schemas))),
            };
        }

        node["responses"] = Responses(operation, schemas);
        return node;
    }

    private static JsonObject PathParameter(string name, ApiSchemas schemas) => new()
    {
        ["name"] = name,
        ["in"] = "path",
        ["required"] = true,
        ["description"] = ApiOperations.PathParameters[name],
        ["schema"] = schemas.For(name == "version" ? typeof(int) : typeof(string)),
    };

    private static JsonObject Parameter(ApiParameter parameter, ApiSchemas schemas) => new()
    {
        ["name"] = parameter.Name,
        ["in"] = parameter.In,
        ["description"] = parameter.Description,
        ["schema"] = schemas.For(parameter.Type),
    };

    private static KeyValuePair<string, JsonNode?> Content(ApiContent content, ApiSchemas schemas)
    {
        var media = new JsonObject();
        if (content.Type is not null) media["schema"] = schemas.For(content.Type);
        return KeyValuePair.Create<string, JsonNode?>(content.MediaType, media);
    }

    private static JsonObject Responses(ApiOperation operation, ApiSchemas schemas)
    {
        var responses = new SortedDictionary<int, JsonObject>();
        foreach (var response in operation.Responses)
        {
            var node = new JsonObject { ["description"] = response.Description };
            if (response.Headers is { } headers)
            {
                node["headers"] = new JsonObject(headers.Select(h => KeyValuePair.Create<string, JsonNode?>(
                    h.Key, new JsonObject { ["description"] = h.Value, ["schema"] = schemas.For(typeof(string)) })));
            }

            if (response.Content is { } content) node["content"] = new JsonObject([Content(content, schemas)]);
            responses.Add(response.Status, node);
        }

        if (!operation.Anonymous) responses.Add(401, new JsonObject { ["description"] = "The function key is missing or wrong; no body." });
        foreach (var status in operation.Errors.GroupBy(e => e.Status))
        {
            var node = new JsonObject
            {
                ["description"] = string.Join(" ", status.Select(e => $"{e.Code}: {e.Title}")),
                ["content"] = new JsonObject { [Problem.MediaType] = new JsonObject { ["schema"] = schemas.For(typeof(Problem)) } },
                ["x-error-codes"] = new JsonArray([.. status.Select(e => JsonValue.Create(e.Code))]),
            };
            responses.Add(status.Key, node);
        }

        return new JsonObject(responses.Select(r => KeyValuePair.Create<string, JsonNode?>(r.Key.ToString(), r.Value)));
    }
}
