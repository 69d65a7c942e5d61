namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>A peek-lock: the holder of its token may settle the message until <paramref name="Until"/>.</summary>
internal sealed record MessageLock(Guid Token, DateTimeOffset Until);
