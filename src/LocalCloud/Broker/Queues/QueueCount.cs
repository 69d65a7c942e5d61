namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>
/// How many messages a queue holds. <paramref name="Active"/> is what a scaler goes by: it includes <paramref name="Locked"/> and
/// <paramref name="Deferred"/>, not <paramref name="Scheduled"/>.
/// </summary>
internal sealed record QueueCount(string Name, int Active, int Locked, int DeadLettered, int Deferred = 0, int Scheduled = 0);
