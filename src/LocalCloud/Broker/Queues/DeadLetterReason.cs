namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>The properties added to a dead letter, under Service Bus's names.</summary>
internal static class DeadLetterReason
{
    public const string ReasonProperty = "DeadLetterReason";
    public const string DescriptionProperty = "DeadLetterErrorDescription";

    public static IReadOnlyDictionary<string, object?> Expired { get; } =
        Because("TTLExpiredException", "The message expired and was dead lettered.");

    public static IReadOnlyDictionary<string, object?> MaxDeliveryCount(int count) =>
        Because("MaxDeliveryCountExceeded", $"Message could not be consumed after {count} delivery attempts.");

    private static Dictionary<string, object?> Because(string reason, string description) =>
        new() { [ReasonProperty] = reason, [DescriptionProperty] = description };
}
