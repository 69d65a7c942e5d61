namespace WrnCloud.Messaging;

/// <summary>A message to send. <paramref name="MessageId"/> is used for duplicate detection, so that it must be stable across retries.</summary>
/// <param name="MessageId">At most 128 characters.</param>
/// <param name="Body">UTF-8 JSON; at most <see cref="MessagingLimits.MaxMessageBytes"/> with its envelope.</param>
/// <param name="Properties">Application properties, such as <c>traceparent</c>.</param>
/// <param name="ContentType">The body's media type.</param>
public sealed record OutgoingMessage(
    string MessageId,
    ReadOnlyMemory<byte> Body,
    IReadOnlyDictionary<string, string>? Properties = null,
    string ContentType = "application/json");
