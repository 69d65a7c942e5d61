using System.Globalization;
using System.Text;
using WrnCloud.Contracts.Programs;

namespace WrnCloud.DurabilityBench.Kills;

/// <summary>All kills, one kind after the other in a random order, and the summary.</summary>
internal sealed class KillReport(int seed, int kills, TimeProvider clock)
{
    private static readonly Fault[] Kinds =
        [Fault.Store, Fault.Up, Fault.Everything, Fault.HangUp, Fault.Store, Fault.Up, Fault.Everything, Fault.Terminal];

    private static readonly string Head =
        """
        Each round submits jobs with an Idempotency-Key and without, cancels, reads and pushes data sets, until the kill at a random moment; a fifth
        of the rounds trains the jobs to their end. Afterwards the stack goes on by itself or is started again on its folder, and what the clients
        were told is held against what is there: nothing acknowledged is lost, nothing that ended is in another state, no job has a second version,
        no submission two jobs.

        | killed | kills | submissions | cancellations | data sets | trained | lost | came back | second versions | duplicates | stuck |
        |---|---|---|---|---|---|---|---|---|---|---|

        """.ReplaceLineEndings("\n");

    /// <summary>Runs all, prints the table, and writes it where asked; 0 when every promise held.</summary>
    public async Task<int> RunAsync(FileInfo? summary, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || ProcessTable.Ignores(1))
        {
            Console.Error.WriteLine("The kills need Linux's signals, and SIGHUP not ignored: don't start them with nohup.");
            return 1;
        }

        Console.WriteLine($"seed {seed}");
        var started = clock.GetTimestamp();
        var folder = Directory.CreateTempSubdirectory("wrn-durability-");
        var order = new Random(seed);
        var faults = Enumerable.Range(0, kills).Select(i => Kinds[i % Kinds.Length]).ToArray();

        // A fifth of the rounds has trainers.
        var trained = faults.Where((_, i) => i / Kinds.Length % 5 == 4 || (kills < Kinds.Length * 5 && i >= kills - (kills / 4))).ToArray();
        var queued = Without(faults, trained);
        order.Shuffle(trained);
        order.Shuffle(queued);
        List<Tally> tallies = [];
        foreach (var (name, trains, own) in new[] { ("queued", false, queued), ("trained", true, trained) })
        {
            if (own.Length == 0) continue;
            Console.WriteLine($"{own.Length} kills of a stack {(trains ? "with a trainer" : "without trainers")}");
            tallies.AddRange(await new KillRun(Path.Combine(folder.FullName, name), trains, own, order.Next(), clock).RunAsync(cancellationToken));
        }

        var rows = tallies.GroupBy(t => t.Fault).OrderBy(g => g.Key).Select(g => g.Aggregate((a, b) => a.Plus(b))).ToList();
        var text = Table(rows, clock.GetElapsedTime(started));
        Console.WriteLine(text);
        if (summary is not null) await Evidence.File.WriteAsync(summary, "Kills under load", text, cancellationToken);
        var isGood = rows.TrueForAll(r => r.IsGood);
        if (isGood) folder.Delete(recursive: true);
        else Console.WriteLine($"The state is left in {folder.FullName}.");
        return isGood ? 0 : 2;
    }

    private static Fault[] Without(Fault[] all, Fault[] some)
    {
        var rest = all.ToList();
        foreach (var fault in some) rest.Remove(fault);
        return [.. rest];
    }

    private string Table(List<Tally> rows, TimeSpan elapsed)
    {
        var text = new StringBuilder(Head);
        foreach (var row in rows) text.Append(Row(NameOf(row.Fault), row));
        text.Append(Row("**all**", rows.Aggregate((a, b) => a.Plus(b))));

        text.Append(CultureInfo.InvariantCulture, $"\n{elapsed.TotalMinutes:0} minutes on {Environment.ProcessorCount} cores, seed {seed}:\n\n");
        text.Append(Evidence.File.Command($"kills --kills {kills} --seed {seed}"));
        return text.ToString();
    }

    private static string Row(string name, Tally t)
    {
        int[] numbers = [t.Kills, t.Submissions, t.Cancels, t.Datasets, t.Trained, t.Lost, t.CameBack, t.SecondVersions, t.Duplicates, t.Stuck];
        return $"| {name} | {string.Join(" | ", numbers.Select(n => n.ToString("N0", CultureInfo.InvariantCulture)))} |\n";
    }

    private static string NameOf(Fault fault) => fault switch
    {
        Fault.Store => "Azurite, SIGKILL",
        Fault.Up => "`wrn up`, SIGKILL",
        Fault.Everything => "all processes at once, SIGKILL",
        Fault.HangUp => "`wrn up`, SIGHUP",
        _ => "all processes at once, SIGHUP, as a closed terminal sends it",
    };
}
