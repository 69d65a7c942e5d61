namespace WrnCloud.LocalCloud.Broker;

/// <summary>A message as a sender gave it, ready to store.</summary>
internal sealed record IncomingMessage(string MessageId, ReadOnlyMemory<byte> Payload, TimeSpan? TimeToLive);
