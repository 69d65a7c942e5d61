using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.LocalCloud.Broker.Access;
using WrnCloud.LocalCloud.Broker.Queues;
using WrnCloud.Messaging;

namespace WrnCloud.MessagingBench;

/// <summary>
/// The embedded broker, durable, in a process of its own:
/// what it takes to send, receive, renew and complete, with our client and the official one, beside what the disk can do; and what it takes to wait.
/// </summary>
internal sealed class MessagingReport(double seconds, int waiting, TimeProvider clock)
{
    private const int Bytes = 1024;
    private const int Clients = 8;
    private const int Outstanding = 64;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private int _sent;

    public async Task RunAsync(DirectoryInfo folder)
    {
        Console.WriteLine(
            $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, .NET {Environment.Version}; "
                + $"messages of {Bytes} bytes, {seconds} s or {Rate.MostOperations:#,0} operations a row.");
        var raw = RowCommits.Measure(folder.FullName, Bytes, seconds, clock);
        Console.WriteLine(
            $"\nCommits of one row by SQLite alone (WAL, synchronous FULL): {raw.PerSecond:#,0}/s, p50 {raw.P50:0.00} ms, p99 {raw.P99:0.00} ms\n");
        var journal = JournalRate.Measure(folder.CreateSubdirectory("journal").FullName, Bytes, seconds, clock);
        Console.WriteLine(
            "A message through the broker's queue and journal, no network: "
                + $"{journal.PerSecond:#,0}/s, p50 {journal.P50:0.00} ms, p99 {journal.P99:0.00} ms\n");
        var echo = EchoProcess.Measure(Bytes, seconds, clock);
        Console.WriteLine(
            $"To another process and back, nothing done there: {echo.PerSecond:#,0}/s, p50 {echo.P50:0.00} ms, p99 {echo.P99:0.00} ms\n");
        var there = EchoProcess.Measure(Bytes, seconds, clock, folder.CreateSubdirectory("there").FullName);
        Console.WriteLine(
            $"To another process, one row committed there, and back: {there.PerSecond:#,0}/s, p50 {there.P50:0.00} ms, p99 {there.P99:0.00} ms\n");
        var data = folder.CreateSubdirectory("broker").FullName;
        await using (var broker = await BrokerHost.StartAsync(data, clock))
        {
            await PrintRatesAsync(broker, raw.PerSecond, there.PerSecond);
        }

        await PrintCostsAsync(folder);
    }

    private async Task PrintRatesAsync(BrokerHost broker, double commits, double there)
    {
        Console.WriteLine("| operation | client | clients | per second | p50 ms | p99 ms | of the commits | of those there and back |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        await using var queues = broker.Connect(clock);
        var queue = queues.Open(QueueNames.TrainingJobs);
        Print("send, one after another", "ours", 1, await Rate.MeasureAsync([() => SendAsync(queue)], seconds, clock));
        if (OfficialClient.Folder() is { } official)
            Print("send, one after another", "official", 1, await OfficialClient.MeasureAsync(official, broker, "send", 1, seconds, Bytes));
        var sends = Enumerable.Repeat(() => SendAsync(queue), Outstanding);
        Print($"send, {Outstanding} under way", "ours", 1, await Rate.MeasureAsync([.. sends], seconds, clock));
        await using (var more = new Connections(Enumerable.Range(0, Clients).Select(_ => broker.Connect(clock))))
        {
            var lanes = more.Items.SelectMany(q => Enumerable.Repeat(q.Open(QueueNames.TrainingJobs), Outstanding))
                .Select(q => (Func<Task>)(() => SendAsync(q)));
            Print($"send, {Outstanding} under way each", "ours", Clients, await Rate.MeasureAsync([.. lanes], seconds, clock));
            Print("receive, renew, complete", "ours", 1, await Rate.MeasureAsync([() => CycleAsync(queue)], seconds, clock));
            var cycles = more.Items.Select(q => q.Open(QueueNames.TrainingJobs)).Select(q => (Func<Task>)(() => CycleAsync(q)));
            Print("receive, renew, complete", "ours", Clients, await Rate.MeasureAsync([.. cycles], seconds, clock));
        }

        if (OfficialClient.Folder() is not { } node) return;
        Print("receive, renew, complete", "official", 1, await OfficialClient.MeasureAsync(node, broker, "cycle", 1, seconds, Bytes));
        Print("receive, renew, complete", "official", Clients, await OfficialClient.MeasureAsync(node, broker, "cycle", Clients, seconds, Bytes));

        void Print(string operation, string client, int clients, Rate rate) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {operation} | {client} | {clients} | {rate.PerSecond:#,0} | {rate.P50:0.00} | {rate.P99:0.00} "
                + $"| {rate.PerSecond / commits:0.00} | {rate.PerSecond / there:0.00} |"));
    }

    private async Task PrintCostsAsync(DirectoryInfo folder)
    {
        var data = folder.CreateSubdirectory("costs").FullName;
        await using var broker = await BrokerHost.StartAsync(data, clock);
        await using var queues = broker.Connect(clock);
        var queue = queues.Open(QueueNames.TrainingJobs);
        await SendAsync(queue);
        var idle = broker.CpuSeconds;
        await Task.Delay(TimeSpan.FromSeconds(seconds), clock);
        idle = (broker.CpuSeconds - idle) / seconds;
        var before = broker.ResidentBytes;
        await Parallel.ForAsync(0, waiting, new ParallelOptions { MaxDegreeOfParallelism = Outstanding }, async (_, _) => await SendAsync(queue));
        var grown = broker.ResidentBytes - before;
        var ends = Enumerable.Range(0, 6).Select(i => folder.CreateSubdirectory($"object-{i}").FullName).ToList();
        var starts = new List<double>();
        foreach (var end in ends) starts.Add(await StartObjectAsync(end));
        var middle = starts.Skip(1).Order().ElementAt((starts.Count - 1) / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            | what | measured |
            |---|---|
            | the process up, from its start to its readiness line | {broker.StartUp.TotalMilliseconds:0} ms |
            | the broker object up, median of {starts.Count - 1} after a first | {middle:0} ms (first {starts[0]:0} ms) |
            | processor time while idle, one client connected | {idle:P2} of a core |
            | memory for {waiting:#,0} messages waiting | {grown / 1e6:0} MB, {grown / (double)waiting / 1e3:0.0} KB each |
            """));
    }

    private async Task<double> StartObjectAsync(string folder)
    {
        var settings = new QueueSettings("q", TimeSpan.FromMinutes(1), 10);
        var started = clock.GetTimestamp();
        await using var broker = await BrokerServer.StartAsync(
            new BrokerOptions(folder, [settings], [new AccessPolicy("k", "a2V5", AccessRights.All)]), clock, NullLogger.Instance);
        return clock.GetElapsedTime(started).TotalMilliseconds;
    }

    private Task SendAsync(IJobQueue queue) =>
        queue.SendAsync(new OutgoingMessage($"message-{Interlocked.Increment(ref _sent)}", new byte[Bytes]), CancellationToken.None);

    private static async Task CycleAsync(IJobQueue queue)
    {
        var delivery = await queue.ReceiveAsync(Wait, CancellationToken.None)
            ?? throw new InvalidOperationException("The queue has run empty; send for longer.");
        await delivery.RenewAsync(CancellationToken.None);
        await delivery.CompleteAsync(CancellationToken.None);
    }
}
