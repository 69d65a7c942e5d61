using WrnCloud.Messaging;

namespace WrnCloud.Contracts.Messaging;

/// <summary>What the suite needs of an implementation: a namespace with an empty queue, under the settings that the suite names.</summary>
public interface IQueueNamespace : IAsyncDisposable
{
    /// <summary>A queue with peek-lock, duplicate detection and a dead-letter queue, empty.</summary>
    string Queue { get; }

    /// <summary>The queue's lock duration; short, because the suite waits for locks to expire.</summary>
    TimeSpan LockDuration { get; }

    /// <summary>The queue's maximum delivery count.</summary>
    int MaxDeliveryCount { get; }

    /// <summary>What every message id of this run begins with: a queue that outlives the run remembers ids for duplicate detection.</summary>
    string IdPrefix => "";

    /// <summary>A new connection to the namespace.</summary>
    IJobQueues Connect();
}
