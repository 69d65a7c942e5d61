using System.Reflection;
using System.Text.Json;
using WrnCloud.Errors;
using WrnCloud.Hosting;

namespace WrnCloud.Functions.Http;

/// <summary>
/// Binds a JSON object to a record of nullable properties and finds every wrong field at once: the serializer alone would stop at the first.
/// </summary>
public static class JsonBinder
{
    /// <summary>Most errors that are collected: a body full of wrong fields must stay cheap to reject.</summary>
    public const int MaxErrors = 100;

    /// <summary>Returns the bound value. Problems are added to <paramref name="errors"/>, and their fields stay null.</summary>
    /// <exception cref="WrnException">The body is not one JSON object.</exception>
    public static T Bind<T>(ReadOnlyMemory<byte> body, List<FieldError> errors)
        where T : class, new()
    {
        try
        {
            if (body.Span.StartsWith("\uFEFF"u8)) body = body["\uFEFF"u8.Length..];
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new WrnException(ErrorCatalogue.BodyInvalid, "The body is not a JSON object.");
            return (T)BindObject(typeof(T), document.RootElement, "", errors);
        }
        catch (JsonException e)
        {
            // Only the error for a repeated field has no position.
            var what = e.LineNumber is { } line ? $"line {line + 1}, byte {e.BytePositionInLine + 1}" : "a field occurs twice in one object";
            throw new WrnException(ErrorCatalogue.BodyInvalid, $"The body is not valid JSON: {what}.", null, e);
        }
        catch (InvalidOperationException e)
        {
            // The parser decodes text on access, so that a name that is not valid Unicode shows only here.
            throw new WrnException(ErrorCatalogue.BodyInvalid, "The body has a field whose name is not Unicode.", null, e);
        }
    }

    private static object BindObject(Type type, JsonElement element, string pointer, List<FieldError> errors)
    {
        var target = Activator.CreateInstance(type)!;
        var known = type.GetProperties().Where(p => p.CanWrite).ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));
        foreach (var field in element.EnumerateObject())
        {
            if (errors.Count >= MaxErrors) break;
            var path = PathOf(pointer, field.Name);
            if (!known.TryGetValue(field.Name, out var property))
                errors.Add(Unknown(path, field.Name, known.Keys));
            else if (field.Value.ValueKind != JsonValueKind.Null)
                BindField(target, property, field.Value, path, errors);
        }

        return target;
    }

    private static void BindField(object target, PropertyInfo property, JsonElement value, string path, List<FieldError> errors)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var isRecord = type.Namespace!.StartsWith("WrnCloud", StringComparison.Ordinal) && type.IsClass;
        if (isRecord && value.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new FieldError(path, ErrorCatalogue.ValueInvalid.Code, "The value is not an object.", "an object"));
            return;
        }

        if (isRecord && type.GetConstructor(Type.EmptyTypes) is not null)
        {
            property.SetValue(target, BindObject(type, value, path, errors));
            return;
        }

        var known = errors.Count;
        if (isRecord) CheckItem(type, value, path, errors);
        else CheckItems(type, value, path, errors);
        if (errors.Count > known) return;
        try
        {
            property.SetValue(target, value.Deserialize(type, WrnJson.Strict));
        }
        catch (JsonException)
        {
            errors.Add(new FieldError(path, ErrorCatalogue.ValueInvalid.Code, "The value has the wrong type.", Describe(type)));
        }
    }

    // The serializer would reject the whole list; this reports an item's unknown or mistyped field by its own name.
    private static void CheckItems(Type type, JsonElement value, string path, List<FieldError> errors)
    {
        if (value.ValueKind != JsonValueKind.Array || !type.IsGenericType) return;
        var itemType = type.GetGenericArguments()[0];
        if (!itemType.IsClass || !itemType.Namespace!.StartsWith("WrnCloud", StringComparison.Ordinal)) return;
        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            if (item.ValueKind == JsonValueKind.Object) CheckItem(itemType, item, $"{path}/{index}", errors);
        }
    }

    private static void CheckItem(Type type, JsonElement item, string path, List<FieldError> errors)
    {
        var known = type.GetProperties().Where(p => p.CanWrite).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).ToHashSet();
        foreach (var name in item.EnumerateObject().Select(f => f.Name).Where(n => !known.Contains(n)))
        {
            if (errors.Count >= MaxErrors) return;
            errors.Add(Unknown(PathOf(path, name), name, known));
        }

        CheckValues(type, item, path, errors);
    }

    private static void CheckValues(Type type, JsonElement item, string path, List<FieldError> errors)
    {
        foreach (var property in type.GetProperties().Where(p => p.CanWrite))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (errors.Count >= MaxErrors || !item.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) continue;
            try
            {
                value.Deserialize(property.PropertyType, WrnJson.Strict);
            }
            catch (JsonException)
            {
                var wanted = property.PropertyType;
                errors.Add(new FieldError(PathOf(path, name), ErrorCatalogue.ValueInvalid.Code, Wrong(wanted, value), Describe(wanted)));
            }
        }
    }

    private static string Wrong(Type type, JsonElement value) =>
        type != typeof(byte[]) || value.ValueKind != JsonValueKind.String ? "The value has the wrong type."
        : value.GetString()!.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? "The value is not base64: leave out the 'data:…,' before it."
        : "The value is not base64.";

    private static string PathOf(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    private static FieldError Unknown(string path, string name, IEnumerable<string> known)
    {
        var nearest = known.MinBy(k => Distance(k, name))!;
        var hint = Distance(nearest, name) <= 3 ? $" Did you mean '{nearest}'?" : "";
        return new FieldError(path, ErrorCatalogue.UnknownField.Code, $"The field is unknown.{hint}", string.Join(", ", known));
    }

    private static string Describe(Type type) => type switch
    {
        _ when type.IsEnum => string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)),
        _ when type == typeof(string) => "text",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(byte[]) => "base64",
        _ => "a list",
    };

    // Levenshtein distance, on names that are at most a line long.
    private static int Distance(string a, string b)
    {
        if (b.Length > 64) return int.MaxValue;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
