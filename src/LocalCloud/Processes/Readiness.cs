using System.Text.Json;
using WrnCloud.Hosting;

namespace WrnCloud.LocalCloud.Processes;

/// <summary>The line of JSON that a part prints once it listens, and the event lines after it.</summary>
internal static class Readiness
{
    /// <summary>Announces that this process is ready, with the values that others need.</summary>
    public static void Announce(IReadOnlyDictionary<string, string> values)
    {
        var line = new Dictionary<string, object>(values.Select(v => KeyValuePair.Create(v.Key, (object)v.Value))) { ["ready"] = true };
        Console.Out.WriteLine(JsonSerializer.Serialize(line, WrnJson.Compact));
    }

    /// <summary>Parses a readiness line; null for any other line.</summary>
    public static IReadOnlyDictionary<string, string>? TryParse(string line)
    {
        if (!line.StartsWith('{')) return null;
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (!root.TryGetProperty("ready", out var ready) || ready.ValueKind != JsonValueKind.True) return null;
            return root.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).ToDictionary(p => p.Name, p => p.Value.GetString()!);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
