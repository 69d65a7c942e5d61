using WrnCloud.LocalCloud.Broker.Journal;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.MessagingBench;

/// <summary>
/// What a durable message takes within the broker: the queue's state and the journal's commit, without a network or another thread.
/// </summary>
internal static class JournalRate
{
    public static Rate Measure(string folder, int bytes, double seconds, TimeProvider clock)
    {
        using var store = new BrokerStore(folder);
        var queue = new QueueState(
            new QueueSettings("q", TimeSpan.FromMinutes(1), 10, DuplicateWindow: TimeSpan.FromMinutes(5)),
            clock,
            Guid.CreateVersion7,
            (payload, _) => payload);
        store.Load(queue);
        var sent = 0;
        return Rate.Measure(
            () =>
            {
                queue.Enqueue(new IncomingMessage($"message-{sent++}", new byte[bytes]));
                store.Append(queue.TakeChanges(), committed: null);
                store.Commit();
            },
            seconds,
            clock);
    }
}
