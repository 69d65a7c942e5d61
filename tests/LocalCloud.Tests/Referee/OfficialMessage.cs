using System.Text.Json.Nodes;

namespace WrnCloud.LocalCloud.Tests.Referee;

/// <summary>A message as the official client received it; <paramref name="Handle"/> names it in later commands.</summary>
internal sealed record OfficialMessage(
    int Handle,
    JsonNode? Body,
    string? MessageId,
    string? ContentType,
    string? CorrelationId,
    string? Subject,
    string? To,
    string? ReplyTo,
    double? TimeToLive,
    Dictionary<string, JsonNode?>? ApplicationProperties,
    string SequenceNumber,
    int? DeliveryCount,
    string? LockToken,
    long? LockedUntil,
    long? EnqueuedAt,
    long? ScheduledFor,
    string? State,
    string? DeadLetterReason,
    string? DeadLetterErrorDescription,
    string? DeadLetterSource);
