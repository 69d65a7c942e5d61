using WrnCloud.LocalCloud.Broker.Links;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>A queue or dead-letter queue at its path, with the links that want its messages, longest waiting first.</summary>
internal sealed class BrokerEntity(QueueState state, QueueState root)
{
    public string Path => state.Path;

    public QueueState State => state;

    /// <summary>The queue whose journal lists this one's changes: itself, or, for a dead-letter queue, its main queue.</summary>
    public QueueState Root => root;

    public LinkedList<DeliveryLink> Consumers { get; } = new();
}
