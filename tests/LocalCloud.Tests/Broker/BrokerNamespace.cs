using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Contracts.Messaging;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.LocalCloud.Broker.Access;
using WrnCloud.LocalCloud.Broker.Queues;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.LocalCloud.Tests.Broker;

/// <summary>A broker on loopback with one queue, in a folder of its own that goes with it.</summary>
internal sealed class BrokerNamespace : IQueueNamespace
{
    public static readonly AccessPolicy Root = new("RootManageSharedAccessKey", "c2VjcmV0", AccessRights.All);
    public static readonly AccessPolicy SendOnly = new("send-only", "c2VuZA==", AccessRights.Send);
    public static readonly AccessPolicy ListenOnly = new("listen-only", "bGlzdGVu", AccessRights.Listen);

    /// <summary>For failures that no second try would mend.</summary>
    public static readonly ServiceBusBudget OneTry =
        new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), 0, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));

    private readonly TestFolder _folder = new();
    private readonly List<IJobQueues> _connections = [];

    private BrokerNamespace(TimeSpan lockDuration) => LockDuration = lockDuration;

    public string Queue => QueueNames.TrainingJobs;

    public TimeSpan LockDuration { get; }

    public int MaxDeliveryCount => 3;

    public BrokerServer Server { get; private set; } = null!;

    public static async Task<IQueueNamespace> StartAsync() => await StartAsync(TimeSpan.FromSeconds(1));

    public static async Task<BrokerNamespace> StartAsync(TimeSpan lockDuration)
    {
        var started = new BrokerNamespace(lockDuration);
        await started.StartServerAsync(port: 0);
        return started;
    }

    /// <summary>Stops the broker and starts another on the same data and port.</summary>
    public async Task RestartAsync()
    {
        var port = Server.Port;
        await Server.DisposeAsync();
        await StartServerAsync(port);
    }

    public IJobQueues Connect() => Connect(Server.ConnectionString(Root));

    public IJobQueues Connect(string connectionString, ServiceBusBudget? budget = null)
    {
        var connection = new ServiceBusJobQueues(connectionString, TimeProvider.System, budget);
        _connections.Add(connection);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        await Server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartServerAsync(int port)
    {
        var settings = new QueueSettings(Queue, LockDuration, MaxDeliveryCount, DuplicateWindow: TimeSpan.FromMinutes(5));
        var options = new BrokerOptions(_folder.Path, [settings], [Root, SendOnly, ListenOnly], port);
        Server = await BrokerServer.StartAsync(options, TimeProvider.System, NullLogger.Instance);
    }
}
