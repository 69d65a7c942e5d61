using WrnCloud.LocalCloud.Broker.Access;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>Options of a broker. Port 0 takes a free port; <paramref name="LockDuration"/> overrides every queue's.</summary>
internal sealed record BrokerOptions(
    string DataFolder,
    IReadOnlyList<QueueSettings> Queues,
    IReadOnlyList<AccessPolicy> Policies,
    int Port = 0,
    TimeSpan? LockDuration = null);
