namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>
/// The number of messages in a queue. A scaler uses <paramref name="Active"/>, which includes <paramref name="Locked"/> and
/// <paramref name="Deferred"/>, not <paramref name="Scheduled"/>.
/// </summary>
internal sealed record QueueCount(string Name, int Active, int Locked, int DeadLettered, int Deferred = 0, int Scheduled = 0);
