using System.Globalization;
using System.Text;

namespace WrnCloud.DurabilityBench.Writes;

/// <summary>What a Put Blob of 1 KiB costs in stores of several sizes, with and without the journal, in turns.</summary>
internal sealed class WriteReport(IReadOnlyList<int> counts, int samples, TimeProvider clock)
{
    private const int Turn = 10;
    private const int Fillers = 32;
    private const int Names = 100;
    private static readonly int[] Writers = [1, 16];

    private readonly byte[] _content = new byte[1024];

    /// <summary>Measures, prints the table, and writes it where asked.</summary>
    public async Task<int> RunAsync(FileInfo? summary, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("wrn-writes-");
        try
        {
            var text = await MeasureAsync(folder.FullName, cancellationToken);
            Console.WriteLine(text);
            if (summary is not null) await Evidence.File.WriteAsync(summary, "What a write costs", text, cancellationToken);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<string> MeasureAsync(string folder, CancellationToken cancellationToken)
    {
        await using var peer = await StoreServer.StartPlainAsync(Path.Combine(folder, "plain"), clock);
        await using var ours = await StoreServer.StartAsync(Path.Combine(folder, "journal"), clock);
        StoreServer[] servers = [peer, ours];
        foreach (var server in servers) await server.Blobs.CreateAsync(cancellationToken: cancellationToken);
        var text = new StringBuilder(
            """
            Put Blob of 1 KiB over the SDK, the two stores in turns of ten; milliseconds. Azurite acknowledges up to five seconds before it saves its
            metadata; with the journal each answer leaves after its changes, and the bytes before them, were synced to the disk.

            | blobs | writers | Azurite p50 | p99 | with the journal p50 | p99 | ratio p50 | p99 | more at p50 |
            |---|---|---|---|---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        var before = LoadAverage();
        foreach (var count in counts)
        {
            foreach (var server in servers) await FillAsync(server, count, cancellationToken);
            foreach (var writers in Writers)
            {
                var (a, b) = await PairAsync(peer, ours, writers, cancellationToken);
                var (ratio50, ratio99, more) = (b.P50 / a.P50, b.P99 / a.P99, b.P50 - a.P50);
                text.Append(CultureInfo.InvariantCulture, $"| {count:N0} | {writers} | {a.P50:0.0} | {a.P99:0.0} | {b.P50:0.0} | {b.P99:0.0} | ");
                text.Append(CultureInfo.InvariantCulture, $"{ratio50:0.00} | {ratio99:0.00} | {more:0.0} |\n");
                Console.WriteLine($"  {count} blobs, {writers} writers: {a} and {b}");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{samples} writes a writer and row on {Environment.ProcessorCount} cores; ");
        text.Append(CultureInfo.InvariantCulture, $"load average of the machine before {before}, after {LoadAverage()}:\n\n");
        text.Append(Evidence.File.Command($"writes --samples {samples}"));
        return text.ToString();
    }

    private async Task FillAsync(StoreServer server, int count, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(server.Count, count - server.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Fillers, CancellationToken = cancellationToken },
            async (i, token) => await server.Blobs.UploadBlobAsync($"fill/{i / 100}/{i}", new BinaryData(_content), token));
        server.Count = count;
    }

    private async Task<(Latencies Peer, Latencies Ours)> PairAsync(
        StoreServer peer, StoreServer ours, int writers, CancellationToken cancellationToken)
    {
        List<double> a = [], b = [];
        for (var done = -Turn; done < samples; done += Turn)
        {
            // The first turn warms connections up.
            await TurnAsync(peer, writers, done < 0 ? [] : a, cancellationToken);
            await TurnAsync(ours, writers, done < 0 ? [] : b, cancellationToken);
        }

        return (Latencies.Of(a), Latencies.Of(b));
    }

    private async Task TurnAsync(StoreServer server, int writers, List<double> into, CancellationToken cancellationToken)
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => WriteAsync(server, writer, cancellationToken)));
        foreach (var one in taken) into.AddRange(one);
    }

    private async Task<List<double>> WriteAsync(StoreServer server, int writer, CancellationToken cancellationToken)
    {
        var taken = new List<double>();
        for (var i = 0; i < Turn; i++)
        {
            var blob = server.Blobs.GetBlobClient($"written/{((writer * Turn) + i) % Names}");
            var started = clock.GetTimestamp();
            await blob.UploadAsync(new BinaryData(_content), overwrite: true, cancellationToken);
            taken.Add(clock.GetElapsedTime(started).TotalMilliseconds);
        }

        return taken;
    }

    private static string LoadAverage() => OperatingSystem.IsLinux() ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
