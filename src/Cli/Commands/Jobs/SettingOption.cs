using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Commands.Jobs;

/// <summary>
/// <c>--set NAME=VALUE</c>: any setting of a recipe by its name in the API, such as <c>emaDecay=0.99</c> or <c>preprocessing=zca</c>.
/// </summary>
internal static class SettingOption
{
    public static Option<string[]> Create() => new("--set")
    {
        Description = "Replaces any other setting of the recipe, such as emaDecay=0.99, mixup=0.2 or preprocessing=zca; repeatable. "
            + "Names as in overrides of the API.",
        HelpName = "NAME=VALUE",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Parses the pairs into overrides; the server checks ranges.</summary>
    /// <exception cref="UsageException">A pair is malformed, does not name a setting, or its value has the wrong type.</exception>
    public static SettingOverrides Parse(IEnumerable<string>? pairs)
    {
        var overrides = new JsonObject();
        foreach (var pair in pairs ?? [])
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) throw new UsageException($"--set takes NAME=VALUE, not '{pair}'.");
            if (!overrides.TryAdd(pair[..equals], Value(pair[(equals + 1)..]))) throw new UsageException($"--set has '{pair[..equals]}' twice.");
        }

        try
        {
            return overrides.Deserialize<SettingOverrides>(WrnJson.Strict)!;
        }
        catch (JsonException e)
        {
            var names = string.Join(
                ", ",
                typeof(SettingOverrides).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(StringComparer.Ordinal));
            throw new UsageException($"--set is not understood at {e.Path}. The settings are {names}.");
        }
    }

    // Numbers, true and false as in JSON; anything else is a name.
    private static JsonNode? Value(string text)
    {
        try
        {
            var value = JsonNode.Parse(text);
            return value is JsonValue ? value : JsonValue.Create(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
