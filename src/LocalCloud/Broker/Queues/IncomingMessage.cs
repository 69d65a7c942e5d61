namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>A message as the sender sent it, ready to store. <paramref name="ScheduledFor"/> is when it becomes active; null for at once.</summary>
internal sealed record IncomingMessage(
    string MessageId, ReadOnlyMemory<byte> Payload, TimeSpan? TimeToLive = null, DateTimeOffset? ScheduledFor = null);
