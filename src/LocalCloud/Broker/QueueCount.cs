namespace WrnCloud.LocalCloud.Broker;

/// <summary>How many messages a queue holds; <paramref name="Active"/> includes <paramref name="Locked"/>.</summary>
internal sealed record QueueCount(string Name, int Active, int Locked, int DeadLettered);
