using System.Net;
using System.Net.Sockets;
using WrnCloud.Messaging;

namespace WrnCloud.MessagingBench.Faults;

/// <summary>Sends the broker what a real client sent it once, damaged in a different way each time.</summary>
internal sealed class FrameFuzz(BrokerHost broker, int seed, int cases, TimeProvider clock)
{
    private const int Lanes = 8;
    private const long MaxResidentBytes = 1L << 30;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    public async Task<Finding> RunAsync()
    {
        var conversation = await RecordAsync();
        var largest = 0L;
        await Parallel.ForAsync(0, cases, new ParallelOptions { MaxDegreeOfParallelism = Lanes }, async (i, token) =>
        {
            await SendAsync(Damage(conversation, new Random(HashCode.Combine(seed, i))), token);
            if (i % 1000 == 0) Interlocked.Exchange(ref largest, Math.Max(largest, broker.ResidentBytes));
        });
        var works = !broker.HasExited && await WorksAsync();
        var outcome = $"the broker {(works ? "stays up and serves" : "does not serve any more")}, at most {largest >> 20} MiB resident";
        return new Finding("damaged frames", $"{cases:#,0} connections", outcome, works && largest < MaxResidentBytes);
    }

    /// <summary>Whether a message passes through the broker.</summary>
    private async Task<bool> WorksAsync()
    {
        await using var queues = broker.Connect(clock);
        var queue = queues.Open(QueueNames.BatchEvents);
        await queue.SendAsync(new OutgoingMessage("after-the-frames", new byte[10]), CancellationToken.None);
        if (await queue.ReceiveAsync(Wait, CancellationToken.None) is not { } delivery) return false;
        await delivery.CompleteAsync(CancellationToken.None);
        return true;
    }

    // The bytes of a client that connects, authorises, sends, receives, renews, peeks and completes.
    private async Task<byte[]> RecordAsync()
    {
        using var recorder = new RecordingProxy(broker.Port);
        await using (var queues = broker.Connect(clock, recorder.Port))
        {
            var queue = queues.Open(QueueNames.TrainingJobs);
            await queue.SendAsync(new OutgoingMessage("recorded", new byte[300]), CancellationToken.None);
            var delivery = await queue.ReceiveAsync(Wait, CancellationToken.None);
            await delivery!.RenewAsync(CancellationToken.None);
            await queue.PeekAsync(0, 10, CancellationToken.None);
            await delivery.CompleteAsync(CancellationToken.None);
        }

        return recorder.Recorded();
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var damages = 1 + random.Next(4); damages > 0 && bytes.Count > 0; damages--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(8))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + random.Next(40))); break;
                case 3: bytes.InsertRange(at, Enumerable.Range(0, 1 + random.Next(40)).Select(_ => (byte)random.Next(256))); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                // An array of so many that take no bytes.
                case 5: Overwrite(bytes, at, [0xf0, 0, 0, 0, 6, 0x7f, 0xff, 0xff, 0xc7, (byte)(0x40 + random.Next(6))]); break;
                case 6: Overwrite(bytes, at, new byte[random.Next(400)]); break; // Descriptors of descriptors.
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, 1 + random.Next(200)))); break;
            }
        }

        return [.. bytes];
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] by)
    {
        for (var i = 0; i < by.Length && at + i < bytes.Count; i++) bytes[at + i] = by[i];
    }

    private async Task SendAsync(byte[] bytes, CancellationToken token)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0) };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, broker.Port, token);
            await socket.SendAsync(bytes, token);
            socket.Shutdown(SocketShutdown.Send);

            // What it answers is of no interest; that it answers something, or closes, lets it get that far.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
            patience.CancelAfter(TimeSpan.FromMilliseconds(20));
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, patience.Token) > 0)
            {
                // Read on.
            }
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !token.IsCancellationRequested))
        {
            // Refused, reset, or nothing to say.
        }
    }
}
