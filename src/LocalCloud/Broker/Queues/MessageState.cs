namespace WrnCloud.LocalCloud.Broker.Queues;

/// <summary>What may be done with a message, in the numbers of <c>x-opt-message-state</c>.</summary>
internal enum MessageState
{
    /// <summary>Delivered to receivers, in order.</summary>
    Active = 0,

    /// <summary>Set aside by a receiver: delivered only to who asks for its sequence number.</summary>
    Deferred = 1,

    /// <summary>Becomes active later.</summary>
    Scheduled = 2,
}
