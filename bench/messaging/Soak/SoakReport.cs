using System.Globalization;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.MessagingBench.Soak;

/// <summary>
/// Thousands of receives that time out, are cancelled, are cut off or closed while messages arrive.
/// A message is stranded when it is still locked after everything that wanted messages has ended:
/// nobody has it, and nobody gets it before its lock ends.
/// </summary>
internal sealed class SoakReport(int seed, TimeSpan each, TimeProvider clock)
{
    private const int Lanes = 24;
    private static readonly TimeSpan Nothing = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LockOfCuts = TimeSpan.FromSeconds(20);

    private int _runs;

    public async Task<int> RunAsync(DirectoryInfo folder)
    {
        Console.WriteLine($"{Lanes} lanes for {each.TotalSeconds} s each, locks of 5 min (cut connections: {LockOfCuts.TotalSeconds} s).\n");
        Console.WriteLine("| a receive ends by | receives | without a message | messages | delivered again | locked at the end | lost |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        var failures = 0;
        failures += await RunAsync("its time", folder, TimeOutsAsync);
        failures += await RunAsync("cancellation", folder, CancellationsAsync);
        failures += await RunAsync("closing its client", folder, ClosesAsync);
        failures += await CutAsync(folder);
        await RunAsync("the SDK alone: cancellation by its token", folder, SdkCancellationsAsync);
        await RunAsync("the SDK alone: stopping its processor", folder, ProcessorsAsync);
        Console.WriteLine(failures == 0 ? "\nBy our adapter none stranded, none lost." : $"\nBy our adapter {failures} stranded or lost.");
        return failures == 0 ? 0 : 1;
    }

    private async Task<int> RunAsync(string way, DirectoryInfo folder, Func<BrokerHost, SoakTally, CancellationToken, Task> receive)
    {
        await using var broker = await BrokerHost.StartAsync(
            folder.CreateSubdirectory($"{_runs++}").FullName, clock, more: ["--lock-duration", "PT5M"]);
        var tally = new SoakTally();
        await WorkAsync(broker, tally, receive);
        await EmptyAsync(broker, tally);
        var locked = await LockedAsync(broker);
        var lost = Math.Max(0, tally.Missing - locked);
        Print(way, tally, $"{locked}", lost);
        return locked + lost;
    }

    // What was on its way when the connection was cut stays locked, whoever the client is: nobody can know whether it arrived. It has to come back.
    private async Task<int> CutAsync(DirectoryInfo folder)
    {
        string[] more = ["--lock-duration", $"PT{LockOfCuts.TotalSeconds}S"];
        await using var broker = await BrokerHost.StartAsync(folder.CreateSubdirectory("cuts").FullName, clock, more: more);
        using var proxy = new CuttingProxy(broker.Port);
        var tally = new SoakTally();
        var cuts = 0;
        await WorkAsync(broker, tally, async (_, _, ended) =>
        {
            var cutting = CutAsync(proxy, n => cuts += n, ended);
            await Task.WhenAll(Enumerable.Range(0, Lanes).Select(i => LaneAsync(i, async _ =>
            {
                await using var queues = broker.Connect(clock, proxy.Port);
                var queue = queues.Open(QueueNames.TrainingJobs);
                while (!ended.IsCancellationRequested) await SoakWays.BeCutAsync(queue, tally);
            })));
            await cutting;
        });
        await EmptyAsync(broker, tally);
        var locked = await LockedAsync(broker);
        await Task.Delay(LockOfCuts + Nothing, clock);
        await EmptyAsync(broker, tally);
        var left = await LockedAsync(broker);
        Print($"its connection, cut {cuts} times", tally, $"{locked}, of which {locked - left} came back when their lock ended", tally.Missing);
        return tally.Missing + left;
    }

    private async Task CutAsync(CuttingProxy proxy, Action<int> count, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = TimeSpan.FromMilliseconds(random.Next(300, 1500));
            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            count(proxy.Cut());
        }
    }

    private async Task WorkAsync(BrokerHost broker, SoakTally tally, Func<BrokerHost, SoakTally, CancellationToken, Task> receive)
    {
        using var sending = new CancellationTokenSource(each, clock);
        using var receiving = new CancellationTokenSource();
        var sender = SendAsync(broker, tally, sending.Token);
        var lanes = receive(broker, tally, receiving.Token);
        await sender;
        await receiving.CancelAsync();
        await lanes;
    }

    private async Task SendAsync(BrokerHost broker, SoakTally tally, CancellationToken cancellationToken)
    {
        await using var queues = broker.Connect(clock);
        var queue = queues.Open(QueueNames.TrainingJobs);
        var random = new Random(seed);
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            await queue.SendAsync(new OutgoingMessage($"soak-{i}", new byte[200]), CancellationToken.None);
            tally.Sent[$"soak-{i}"] = true;
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 30)), clock, CancellationToken.None);
        }
    }

    private async Task EmptyAsync(BrokerHost broker, SoakTally tally)
    {
        await using var queues = broker.Connect(clock);
        var queue = queues.Open(QueueNames.TrainingJobs);
        while (await queue.ReceiveAsync(Nothing, CancellationToken.None) is { } delivery)
        {
            await delivery.CompleteAsync(CancellationToken.None);
            tally.Done[delivery.MessageId] = true;
        }
    }

    private async Task<int> LockedAsync(BrokerHost broker)
    {
        using var counting = new BrokerAdminClient(broker.Admin, BrokerHost.Key, clock);
        return (await counting.CountAsync(CancellationToken.None)).Sum(q => q.Locked);
    }

    private async Task TimeOutsAsync(BrokerHost broker, SoakTally tally, CancellationToken ended)
    {
        await using var queues = broker.Connect(clock);
        await LanesAsync(_ => queues.Open(QueueNames.TrainingJobs), (queue, random) => SoakWays.TimeOutAsync(queue, tally, random), ended);
    }

    private async Task CancellationsAsync(BrokerHost broker, SoakTally tally, CancellationToken ended)
    {
        await using var queues = broker.Connect(clock);
        await LanesAsync(_ => queues.Open(QueueNames.TrainingJobs), (queue, random) => SoakWays.CancelAsync(queue, tally, random, clock), ended);
    }

    private Task ClosesAsync(BrokerHost broker, SoakTally tally, CancellationToken ended) =>
        LanesAsync(_ => broker.ConnectionString, (connection, random) => SoakWays.CloseAsync(connection, tally, random, clock), ended);

    private async Task ProcessorsAsync(BrokerHost broker, SoakTally tally, CancellationToken ended)
    {
        await using var client = ServiceBusClients.Create(broker.ConnectionString, ServiceBusBudget.Job);
        await LanesAsync(_ => client, (one, random) => SoakWays.StopProcessorAsync(one, tally, random, clock), ended);
    }

    private async Task SdkCancellationsAsync(BrokerHost broker, SoakTally tally, CancellationToken ended)
    {
        await using var client = ServiceBusClients.Create(broker.ConnectionString, ServiceBusBudget.Job);
        await LanesAsync(_ => client.CreateReceiver(QueueNames.TrainingJobs), (r, random) => SoakWays.CancelSdkAsync(r, tally, random, clock), ended);
    }

    private Task LanesAsync<T>(Func<int, T> make, Func<T, Random, Task> receive, CancellationToken ended) =>
        Task.WhenAll(Enumerable.Range(0, Lanes).Select(i => LaneAsync(i, async random =>
        {
            var one = make(i);
            while (!ended.IsCancellationRequested) await receive(one, random);
        })));

    private Task LaneAsync(int lane, Func<Random, Task> run) => Task.Run(() => run(new Random(seed + lane)));

    private static void Print(string way, SoakTally tally, string locked, int lost) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {way} | {tally.Receives:#,0} | {tally.Empty:#,0} | {tally.Sent.Count:#,0} | {tally.Again:#,0} | {locked} | {lost} |"));
}
