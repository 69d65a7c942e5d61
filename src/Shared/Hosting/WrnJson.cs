using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WrnCloud.Hosting;

/// <summary>JSON options for all contracts: camelCase, enums as camelCase strings, times RFC 3339 in UTC, nulls left out.</summary>
public static class WrnJson
{
    /// <summary>For stored documents and answers, on one line.</summary>
    public static JsonSerializerOptions Compact { get; } = Create(indented: false, strict: false);

    /// <summary>For documents that people read.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true, strict: false);

    /// <summary>For requests: unknown and repeated fields are errors, depth at most 32.</summary>
    public static JsonSerializerOptions Strict { get; } = Create(indented: false, strict: true);

    private static JsonSerializerOptions Create(bool indented, bool strict)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            PropertyNameCaseInsensitive = false,
            NumberHandling = JsonNumberHandling.Strict,
            MaxDepth = 32,
            Encoder = JavaScriptEncoder.Default,
            NewLine = "\n",
        };
        if (strict)
        {
            options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            options.AllowDuplicateProperties = false;
        }

        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new UtcTimeConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
