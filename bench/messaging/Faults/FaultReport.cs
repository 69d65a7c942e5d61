using System.Globalization;
using System.Text;

namespace WrnCloud.MessagingBench.Faults;

/// <summary>Every kind of fault, one after the other, and the summary.</summary>
internal sealed class FaultReport(int seed, bool quick, TimeProvider clock)
{
    private const string Head =
        "# Faults of the embedded broker\n\n"
        + "Each in a broker process of its own, its journal on disk. "
        + "What the clients saw is held against the promises: nothing acknowledged is lost, nothing\n"
        + "completed comes back, no message is held by two, the broker stays up.\n\n"
        + "| fault | amount | outcome | promises |\n"
        + "|---|---|---|---|\n";

    /// <summary>Runs all, prints a line for each, and writes the summary where asked; 0 when every promise held.</summary>
    public async Task<int> RunAsync(DirectoryInfo folder, FileInfo? summary)
    {
        var findings = new List<Finding>();
        var started = clock.GetTimestamp();
        await FindAsync(async () =>
        {
            using var run = new KillRun(Sub("kills"), seed, quick ? 5 : 200, clock);
            return await run.RunAsync();
        });
        await FindAsync(() => new LoadRun(Sub("waiting"), clock).WaitingAsync(quick ? 1000 : 10_000));
        await FindAsync(() => new LoadRun(Sub("clients"), clock).ClientsAsync(quick ? 25 : 200));
        await FindAsync(() => new LoadRun(Sub("silent"), clock).SilentAsync(quick ? 20 : 200));
        await FindAsync(() => SlowReader.RunAsync(Sub("slow"), quick ? 50 : 500, quick ? 20 : 200, clock));
        await FindAsync(async () =>
        {
            await using var broker = await BrokerHost.StartAsync(Sub("fuzz"), clock);
            return await new FrameFuzz(broker, seed, quick ? 300 : 100_000, clock).RunAsync();
        });
        if (summary is not null) await File.WriteAllTextAsync(summary.FullName, Summary(findings, clock.GetElapsedTime(started)));
        return findings.TrueForAll(f => f.IsGood) ? 0 : 2;

        string Sub(string name) => folder.CreateSubdirectory(name).FullName;

        async Task FindAsync(Func<Task<Finding>> run)
        {
            var finding = await run();
            findings.Add(finding);
            Console.WriteLine($"{(finding.IsGood ? "good" : "BAD ")} {finding.Fault}, {finding.Amount}: {finding.Outcome}");
        }
    }

    private string Summary(List<Finding> findings, TimeSpan elapsed)
    {
        var text = new StringBuilder(Head);
        foreach (var f in findings)
            text.Append(CultureInfo.InvariantCulture, $"| {f.Fault} | {f.Amount} | {f.Outcome} | {(f.IsGood ? "held" : "**broken**")} |\n");
        var command = $"dotnet run --project bench/messaging -c Release -- faults --seed {seed} --out docs/evidence/broker-faults.md";
        text.Append(CultureInfo.InvariantCulture, $"\n{elapsed.TotalMinutes:0.0} minutes on {Environment.ProcessorCount} cores, seed {seed}:\n\n")
            .Append(CultureInfo.InvariantCulture, $"```sh\n{command}\n```\n");
        return text.ToString();
    }
}
