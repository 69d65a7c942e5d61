using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>
/// The queues of a Service Bus emulator Config.json (JSON with comments), checked against the emulator's limits. Topics are skipped; sessions
/// and forwarding are rejected. A time to live of one hour, the format's maximum, means none.
/// </summary>
internal static partial class BrokerConfig
{
    private const int MaxEntities = 50;

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortestTimeToLive = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestTimeToLive = TimeSpan.FromHours(1);
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Parses a configuration; throws <see cref="FormatException"/> with the offending value.</summary>
    public static IReadOnlyList<QueueSettings> Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var namespaces = document.RootElement.GetProperty("UserConfig").GetProperty("Namespaces");
            if (namespaces.GetArrayLength() != 1)
            {
                throw new FormatException("The broker configuration needs exactly one namespace.");
            }

            var queues = namespaces[0].GetProperty("Queues").EnumerateArray().Select(ReadQueue).ToList();
            if (queues.Count > MaxEntities)
            {
                throw new FormatException($"The broker configuration has {queues.Count} queues; at most {MaxEntities} are allowed.");
            }

            if (queues.GroupBy(q => q.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            {
                throw new FormatException($"The broker configuration names queue '{twice.Key}' twice.");
            }

            return queues;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"The broker configuration is not a Service Bus emulator Config.json: {e.Message}", e);
        }
    }

    private static QueueSettings ReadQueue(JsonElement queue)
    {
        var name = queue.GetProperty("Name").GetString() ?? "";
        if (!NamePattern().IsMatch(name))
        {
            throw new FormatException($"'{name}' is not a valid queue name.");
        }

        var properties = queue.TryGetProperty("Properties", out var found) ? found : default;
        Refuse(properties, "RequiresSession", v => v.ValueKind == JsonValueKind.True, name);
        Refuse(properties, "ForwardTo", v => v.GetString() is { Length: > 0 }, name);
        Refuse(properties, "ForwardDeadLetteredMessagesTo", v => v.GetString() is { Length: > 0 }, name);

        var deliveries = Get(properties, "MaxDeliveryCount")?.GetInt32() ?? 3;
        if (deliveries is < 1 or > 10)
        {
            throw new FormatException($"MaxDeliveryCount of '{name}' is {deliveries}; it must be 1 to 10.");
        }

        var timeToLive = Duration(properties, "DefaultMessageTimeToLive", LongestTimeToLive, ShortestTimeToLive, LongestTimeToLive, name);
        var window = Duration(
            properties, "DuplicateDetectionHistoryTimeWindow", TimeSpan.FromSeconds(20), ShortestWindow, LongestWindow, name);
        return new QueueSettings(
            name,
            Duration(properties, "LockDuration", TimeSpan.FromMinutes(1), ShortestWindow, LongestWindow, name),
            deliveries,
            timeToLive == LongestTimeToLive ? null : timeToLive,
            Get(properties, "DeadLetteringOnMessageExpiration")?.GetBoolean() ?? false,
            Get(properties, "RequiresDuplicateDetection")?.GetBoolean() ?? false ? window : null);
    }

    private static JsonElement? Get(JsonElement properties, string name) =>
        properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var value) ? value : null;

    private static void Refuse(JsonElement properties, string name, Func<JsonElement, bool> isSet, string queue)
    {
        if (Get(properties, name) is { } value && isSet(value))
        {
            throw new FormatException($"{name} of '{queue}' is not supported by this broker.");
        }
    }

    private static TimeSpan Duration(
        JsonElement properties, string name, TimeSpan otherwise, TimeSpan least, TimeSpan most, string queue)
    {
        if (Get(properties, name)?.GetString() is not { } text)
        {
            return otherwise;
        }

        var value = XmlConvert.ToTimeSpan(text);
        return value >= least && value <= most
            ? value
            : throw new FormatException(
                $"{name} of '{queue}' is {text}; it must be {XmlConvert.ToString(least)} to {XmlConvert.ToString(most)}.");
    }

    [GeneratedRegex(
        @"^[A-Za-z0-9]([\w\-./]*[A-Za-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
