using System.Diagnostics;
using OpenTelemetry;

namespace WrnCloud.Telemetry;

/// <summary>Redacts spans before they are exported. Add it before the exporters.</summary>
internal sealed class ActivityRedactor : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        data.DisplayName = SecretText.Strip(data.DisplayName);
        if (data.StatusDescription is { } description) data.SetStatus(data.Status, SecretText.Strip(description));
        foreach (var (key, value) in data.TagObjects.Where(t => IsDirty(t)).ToList()) data.SetTag(key, SecretText.Strip(key, value));

        // Tags of events and links can't be changed. A span with a secret there is not exported: exporters take recorded spans only.
        if (data.Events.Any(e => e.Tags.Any(t => IsDirty(t))) || data.Links.Any(l => l.Tags?.Any(t => IsDirty(t)) == true))
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }

    private static bool IsDirty(KeyValuePair<string, object?> attribute) =>
        !ReferenceEquals(SecretText.Strip(attribute.Key, attribute.Value), attribute.Value);
}
