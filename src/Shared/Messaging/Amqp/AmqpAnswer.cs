using System.Globalization;
using Amqp;

namespace WrnCloud.Messaging.Amqp;

/// <summary>Reads the application properties of an answer from <c>$cbs</c> or a management node.</summary>
internal static class AmqpAnswer
{
    /// <summary>The status by its name there; 500 when the answer has none.</summary>
    public static int Status(Message answer, string name) =>
        answer.ApplicationProperties?.Map is { } map && map.TryGetValue(name, out var value)
            ? Convert.ToInt32(value, CultureInfo.InvariantCulture)
            : 500;

    public static string? Text(Message answer, string name) =>
        answer.ApplicationProperties?.Map is { } map && map.TryGetValue(name, out var value) ? value?.ToString() : null;
}
