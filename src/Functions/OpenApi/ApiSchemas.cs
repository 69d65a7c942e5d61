using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using WrnCloud.Hosting;

namespace WrnCloud.Functions.OpenApi;

/// <summary>
/// Schemas (JSON Schema 2020-12) of the types that the functions read and write, exported by the serializer that they use.
/// Each type of this project is a component. Nulls are omitted from responses and count as omitted in requests, so that no schema allows null.
/// </summary>
internal sealed class ApiSchemas
{
    private readonly Dictionary<string, JsonObject?> _components = [];
    private readonly Queue<Type> _waiting = new();
    private readonly XmlDocumentation _documentation = XmlDocumentation.Of(typeof(WrnJson), typeof(ApiSchemas));

    /// <summary>The schema for a use of the type; this project's types become components and are referenced.</summary>
    public JsonNode For(Type type) => Normalise(Export(type, isComponent: false));

    /// <summary>The components referenced so far, directly or indirectly, by name.</summary>
    public JsonObject Components()
    {
        while (_waiting.TryDequeue(out var type)) _components[NameOf(type)] = (JsonObject)Normalise(Export(type, isComponent: true));
        return new JsonObject(
            _components.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value!.DeepClone())));
    }

    private JsonNode Export(Type type, bool isComponent)
    {
        var options = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) => Transform(context, schema, isComponent),
        };
        return WrnJson.Compact.GetJsonSchemaAsNode(type, options);
    }

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema, bool isComponent)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (IsOurs(type) && !(isComponent && context.Path.IsEmpty)) schema = Refer(type);
        else if (type == typeof(DateTimeOffset)) schema = new JsonObject { ["type"] = "string", ["format"] = "date-time" };
        else if (type == typeof(byte[])) schema = new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" };
        if (schema is not JsonObject node) return schema;

        if (type.IsEnum && !node.ContainsKey("$ref")) node.Insert(0, "type", "string");
        if (isComponent && context.Path.IsEmpty)
        {
            if (_documentation.Summary(type) is { } summary) node.Insert(0, "description", summary);
            if (context.TypeInfo.Kind == JsonTypeInfoKind.Object) Require(context.TypeInfo, node);
        }

        if (context.PropertyInfo is { } property && context.Path.Length == 2 && Describe(property) is { } description)
            node["description"] = description;
        return node;
    }

    private JsonObject Refer(Type type)
    {
        var name = NameOf(type);
        if (_components.TryAdd(name, null)) _waiting.Enqueue(type);
        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    private string? Describe(JsonPropertyInfo property) =>
        property.AttributeProvider is System.Reflection.PropertyInfo member ? _documentation.Summary(member.DeclaringType!, member.Name) : null;

    // Responses always have their non-nullable fields; the only requests with such fields require them.
    private static void Require(JsonTypeInfo type, JsonObject schema)
    {
        var required = type.Properties.Where(p => p.Get is not null && !IsNullable(p) && !IsLeftOut(p)).Select(p => p.Name).ToList();
        schema.Remove("required");
        if (required.Count > 0) schema["required"] = new JsonArray([.. required.Select(r => JsonValue.Create(r))]);
    }

    private static bool IsLeftOut(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true)
            is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.WhenWritingDefault }];

    private static bool IsNullable(JsonPropertyInfo property) =>
        property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : property.IsGetNullable;

    private static JsonNode Normalise(JsonNode schema)
    {
        switch (schema)
        {
            case JsonObject node:
                if (node["type"] is JsonArray types && types.Where(t => t!.GetValue<string>() != "null").ToList() is [{ } only])
                    node["type"] = only.DeepClone();
                if (node["enum"] is JsonArray values) node["enum"] = new JsonArray([.. values.OfType<JsonNode>().Select(v => v.DeepClone())]);
                if (node.TryGetPropertyValue("default", out var value) && value is null) node.Remove("default");
                foreach (var inner in node.Select(p => p.Value).OfType<JsonNode>().ToList()) Normalise(inner);
                break;
            case JsonArray list:
                foreach (var inner in list.OfType<JsonNode>()) Normalise(inner);
                break;
        }

        return schema;
    }

    private static bool IsOurs(Type type) =>
        type.Namespace?.StartsWith("WrnCloud", StringComparison.Ordinal) == true;

    // Page<Job> is JobPage.
    private static string NameOf(Type type) =>
        type.IsGenericType ? string.Concat(type.GetGenericArguments().Select(NameOf)) + type.Name.Split('`')[0] : type.Name;
}
