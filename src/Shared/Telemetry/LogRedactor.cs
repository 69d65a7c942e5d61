using OpenTelemetry;
using OpenTelemetry.Logs;

namespace WrnCloud.Telemetry;

/// <summary>Redacts log records before they are exported. Add it before the exporters.</summary>
internal sealed class LogRedactor : BaseProcessor<LogRecord>
{
    private const string StackTrace = "exception.stacktrace";

    public override void OnEnd(LogRecord data)
    {
        if (data.FormattedMessage is { } message) data.FormattedMessage = SecretText.Strip(message);
        if (data.Body is { } body) data.Body = SecretText.Strip(body);
        if (data.Attributes is { } attributes && attributes.Any(a => IsDirty(a)))
            data.Attributes = [.. attributes.Select(a => KeyValuePair.Create(a.Key, SecretText.Strip(a.Key, a.Value)))];

        // An exception's message can't be changed: when it holds a secret, its redacted text replaces the exception.
        if (data.Exception?.ToString() is { } exception && SecretText.Strip(exception) is var clean && !ReferenceEquals(clean, exception))
        {
            data.Exception = null;
            data.Attributes = [.. data.Attributes ?? [], KeyValuePair.Create(StackTrace, (object?)clean)];
        }
    }

    private static bool IsDirty(KeyValuePair<string, object?> attribute) =>
        !ReferenceEquals(SecretText.Strip(attribute.Key, attribute.Value), attribute.Value);
}
