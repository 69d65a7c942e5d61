using System.Globalization;

namespace WrnCloud.MessagingBench.Waiting;

/// <summary>What waiting for messages costs a trainer and a functions host, and how soon they have one.</summary>
internal sealed class WaitingReport(int messages, TimeSpan idle, TimeProvider clock)
{
    private const int Rounds = 6;

    public async Task RunAsync(DirectoryInfo folder)
    {
        Console.WriteLine(
            $"{Environment.ProcessorCount} cores, .NET {Environment.Version}; {messages} messages of 1,024 bytes in {Rounds} rounds; "
                + $"then {idle.TotalSeconds} s idle.\n");
        Console.WriteLine(
            "| host | pick-up p50 ms | p99 ms | processor time idle | resident MB | connections kept | ends in ms | ends in ms, broker killed |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var host in (string[])["trainer", "functions"]) await MeasureAsync(host, folder.CreateSubdirectory(host));
    }

    private async Task MeasureAsync(string host, DirectoryInfo folder)
    {
        double ends;
        await using (var other = await WaitingHost.StartAsync(host, folder.CreateSubdirectory("ends").FullName, clock))
        {
            await other.PickUpAsync(5, isMeasured: false);
            ends = (await other.EndAsync(killsBroker: false)).TotalMilliseconds;
        }

        await using var waiting = await WaitingHost.StartAsync(host, folder.CreateSubdirectory("waiting").FullName, clock);
        await waiting.PickUpAsync(messages / 2, isMeasured: false);
        for (var round = 0; round < Rounds; round++) await waiting.PickUpAsync(messages / Rounds, isMeasured: true);

        var (before, ports) = (waiting.CpuSeconds, waiting.Ports);
        await Task.Delay(idle, clock);
        var cpu = (waiting.CpuSeconds - before) / idle.TotalSeconds;
        var (kept, resident) = (ports.Intersect(waiting.Ports).Count(), waiting.ResidentBytes / 1e6);
        var latencies = waiting.PickUps.Order().ToList();
        await waiting.PickUpAsync(5, isMeasured: false);
        var killed = (await waiting.EndAsync(killsBroker: true)).TotalMilliseconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {host} | {latencies[latencies.Count / 2]:0.00} | {latencies[(int)(0.99 * latencies.Count)]:0.00} | {cpu:P2} of a core | {resident:0} "
            + $"| {kept} of {ports.Count} | {ends:0} | {killed:0} |"));
    }
}
