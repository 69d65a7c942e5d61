using WrnCloud.Contracts.Messaging;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.LocalCloud.Tests.Broker;

/// <summary>
/// A namespace in Azure, or Microsoft's emulator, that <c>WRN_SERVICEBUS</c> names by its connection string. The queue <c>contract-tests</c> in it
/// (<c>WRN_SERVICEBUS_QUEUE</c> for another) has a lock duration of 5 s, a maximum delivery count of 3 and duplicate detection; it is emptied first.
/// </summary>
internal sealed class ExternalNamespace : IQueueNamespace
{
    private static readonly TimeSpan Nothing = TimeSpan.FromSeconds(1);

    private readonly string _connection;

    private ExternalNamespace(string connection) => _connection = connection;

    public string Queue { get; } = Environment.GetEnvironmentVariable("WRN_SERVICEBUS_QUEUE") ?? "contract-tests";

    public TimeSpan LockDuration => TimeSpan.FromSeconds(5);

    public int MaxDeliveryCount => 3;

    public string IdPrefix { get; } = $"{TimeProvider.System.GetUtcNow().UtcTicks}-";

    public static async Task<IQueueNamespace> StartAsync()
    {
        var connection = Environment.GetEnvironmentVariable("WRN_SERVICEBUS");
        Assert.SkipWhen(string.IsNullOrEmpty(connection), "WRN_SERVICEBUS names no namespace.");
        var started = new ExternalNamespace(connection!);
        await using var queues = started.Connect();
        foreach (var path in (string[])[started.Queue, started.Queue + QueueNames.DeadLetterSuffix])
        {
            var queue = queues.Open(path);

            // What an earlier test has left locked comes back when its lock ends.
            while ((await queue.PeekAsync(0, 1, CancellationToken.None)).Count > 0)
            {
                while (await queue.ReceiveAsync(Nothing, CancellationToken.None) is { } left) await left.CompleteAsync(CancellationToken.None);
            }
        }

        return started;
    }

    public IJobQueues Connect() => new ServiceBusJobQueues(_connection, TimeProvider.System);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
