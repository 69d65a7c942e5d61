using System.Globalization;

namespace WrnCloud.MessagingBench.Waiting;

/// <summary>What waiting for messages costs a trainer and a functions host, and how soon they have one: clients in turns, in one run.</summary>
internal sealed class WaitingReport(IReadOnlyList<string> clients, int messages, TimeSpan idle, TimeProvider clock)
{
    private const int Rounds = 6;

    public async Task RunAsync(DirectoryInfo folder)
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}; {messages} messages of 1,024 bytes in {Rounds} rounds, clients in turns; then {idle.TotalSeconds} s idle.\n");
        Console.WriteLine("| host | client | pick-up p50 ms | p99 ms | processor time idle | resident MB | connections kept | ends in ms | ends in ms, broker killed |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var host in (string[])["trainer", "functions"]) await CompareAsync(host, folder.CreateSubdirectory(host));
    }

    private async Task CompareAsync(string host, DirectoryInfo folder)
    {
        var ends = new Dictionary<string, double>();
        var waiting = new List<WaitingHost>();
        try
        {
            foreach (var client in clients)
            {
                await using var other = await WaitingHost.StartAsync(client, host, folder.CreateSubdirectory(client + "-ends").FullName, clock);
                await other.PickUpAsync(5, isMeasured: false);
                ends[client] = (await other.EndAsync(killsBroker: false)).TotalMilliseconds;
                waiting.Add(await WaitingHost.StartAsync(client, host, folder.CreateSubdirectory(client).FullName, clock));
            }

            foreach (var one in waiting) await one.PickUpAsync(messages / 2, isMeasured: false);
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var one in waiting) await one.PickUpAsync(messages / Rounds, isMeasured: true);
            }

            var before = waiting.ConvertAll(w => (Cpu: w.CpuSeconds, w.Ports));
            await Task.Delay(idle, clock);
            for (var i = 0; i < waiting.Count; i++)
            {
                var (one, latencies) = (waiting[i], waiting[i].PickUps.Order().ToList());
                var cpu = (one.CpuSeconds - before[i].Cpu) / idle.TotalSeconds;
                var (kept, resident) = (before[i].Ports.Intersect(one.Ports).Count(), one.ResidentBytes / 1e6);
                await one.PickUpAsync(5, isMeasured: false);
                var killed = (await one.EndAsync(killsBroker: true)).TotalMilliseconds;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {host} | {one.Client} | {latencies[latencies.Count / 2]:0.00} | {latencies[(int)(0.99 * latencies.Count)]:0.00} | {cpu:P2} of a core | {resident:0} "
                    + $"| {kept} of {before[i].Ports.Count} | {ends[one.Client]:0} | {killed:0} |"));
            }
        }
        finally
        {
            foreach (var one in waiting) await one.DisposeAsync();
        }
    }
}
