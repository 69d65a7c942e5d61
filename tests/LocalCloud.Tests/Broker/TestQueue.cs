using WrnCloud.LocalCloud.Broker.Links;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Tests.Broker;

/// <summary>Queue states whose tokens count up from 1.</summary>
internal static class TestQueue
{
    public static QueueState Create(QueueSettings settings, TimeProvider time, PayloadAmender? amend = null)
    {
        var tokens = 0;
        return new QueueState(settings, time, () => new Guid(++tokens, 0, 0, new byte[8]), amend ?? ((payload, _) => payload));
    }
}
