namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>A message's state, numbered as in <c>x-opt-message-state</c>.</summary>
internal enum MessageState
{
    /// <summary>Delivered to receivers, in order.</summary>
    Active = 0,

    /// <summary>Deferred by a receiver: delivered only on request by its sequence number.</summary>
    Deferred = 1,

    /// <summary>Becomes active later.</summary>
    Scheduled = 2,
}
