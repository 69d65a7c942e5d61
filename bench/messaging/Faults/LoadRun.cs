using System.Net;
using System.Net.Sockets;
using WrnCloud.Messaging;

namespace WrnCloud.MessagingBench.Faults;

/// <summary>Much at once, and clients that do not do their part.</summary>
internal sealed class LoadRun(string folder, TimeProvider clock)
{
    private const int Outstanding = 64;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    /// <summary>So many messages wait while the broker is killed; all are there afterwards, in their order.</summary>
    public async Task<Finding> WaitingAsync(int count)
    {
        var broker = await BrokerHost.StartAsync(folder, clock);
        await using var queues = broker.Connect(clock);
        var queue = queues.Open(QueueNames.TrainingJobs);
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = Outstanding },
            async (i, token) => await queue.SendAsync(Message($"waiting-{i}"), token));
        await broker.DisposeAsync();
        broker = await BrokerHost.StartAsync(folder, clock, broker.Port);
        var numbers = new List<long>();
        for (var from = 0L; ;)
        {
            var page = await queue.PeekAsync(from, 1000, CancellationToken.None);
            if (page.Count == 0) break;
            numbers.AddRange(page.Select(m => m.SequenceNumber));
            from = numbers[^1] + 1;
        }

        var first = await queue.ReceiveAsync(Wait, CancellationToken.None);
        var isGood = numbers.Count == count && numbers.Distinct().Count() == count && first?.SequenceNumber == numbers[0];
        var outcome = $"{numbers.Count:#,0} there after the restart, which took {broker.StartUp.TotalMilliseconds:0} ms";
        await broker.DisposeAsync();
        return new Finding("SIGKILL with messages waiting", $"{count:#,0} messages", outcome, isGood);
    }

    /// <summary>So many clients at once, each with a connection of its own, send, receive and complete one message.</summary>
    public async Task<Finding> ClientsAsync(int count)
    {
        await using var broker = await BrokerHost.StartAsync(folder, clock);
        var received = await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            await using var queues = broker.Connect(clock);
            var queue = queues.Open(QueueNames.TrainingJobs);
            await queue.SendAsync(Message($"client-{i}"), CancellationToken.None);
            var delivery = await queue.ReceiveAsync(Wait, CancellationToken.None);
            if (delivery is null) return null;
            await delivery.CompleteAsync(CancellationToken.None);
            return delivery.MessageId;
        }));
        var different = received.OfType<string>().Distinct().Count();
        return new Finding("clients at once", $"{count}", $"{different} messages received and completed, each once", different == count);
    }

    /// <summary>
    /// So many connections that stop in the middle: silent from the start, silent after the header, or never reading. Others are served meanwhile.
    /// </summary>
    public async Task<Finding> SilentAsync(int count)
    {
        await using var broker = await BrokerHost.StartAsync(folder, clock);
        var sockets = new List<Socket>();
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 1024 };
            await socket.ConnectAsync(IPAddress.Loopback, broker.Port);
            if (i % 2 == 0) await socket.SendAsync("AMQP\u0003\u0001\0\0"u8.ToArray());
            sockets.Add(socket);
        }

        await using var queues = broker.Connect(clock);
        var queue = queues.Open(QueueNames.TrainingJobs);
        var started = clock.GetTimestamp();
        for (var i = 0; i < 100; i++)
        {
            await queue.SendAsync(Message($"beside-{i}"), CancellationToken.None);
            await (await queue.ReceiveAsync(Wait, CancellationToken.None))!.CompleteAsync(CancellationToken.None);
        }

        var elapsed = clock.GetElapsedTime(started);
        foreach (var socket in sockets) socket.Dispose();
        return new Finding(
            "silent connections",
            $"{count}",
            $"100 messages of another client sent and completed in {elapsed.TotalSeconds:0.0} s beside them",
            elapsed < Wait);
    }

    private static OutgoingMessage Message(string id) => new(id, new byte[1024]);
}
