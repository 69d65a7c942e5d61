namespace WrnCloud.Messaging;

/// <summary>A message seen by browsing: no lock was taken.</summary>
public sealed record PeekedMessage(
    string MessageId,
    ReadOnlyMemory<byte> Body,
    IReadOnlyDictionary<string, string> Properties,
    long SequenceNumber,
    int DeliveryCount,
    DateTimeOffset EnqueuedAt);
