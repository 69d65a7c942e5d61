using System.Text.Json;
using WrnCloud.Hosting;

namespace WrnCloud.LocalCloud.Processes;

/// <summary>The one line of JSON that a part prints when it listens, and the lines of events after it.</summary>
internal static class Readiness
{
    /// <summary>Says that this process is ready, with the values that others need.</summary>
    public static void Announce(IReadOnlyDictionary<string, string> values)
    {
        var line = new Dictionary<string, object>(values.Select(v => KeyValuePair.Create(v.Key, (object)v.Value))) { ["ready"] = true };
        Console.Out.WriteLine(JsonSerializer.Serialize(line, WrnJson.Compact));
    }

    /// <summary>Reads a readiness line; null when the line is something else.</summary>
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
