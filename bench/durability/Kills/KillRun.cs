using WrnCloud.Cli.Api;
using WrnCloud.Datasets;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.DurabilityBench.Kills;

/// <summary>One stack that is killed again and again under load.</summary>
/// <param name="folder">Its state folder.</param>
/// <param name="trains">With trainers, so that jobs run to their end; without, they stay queued or are cancelled, which is faster.</param>
/// <param name="faults">One round each.</param>
/// <param name="seed">Of the moments and the load.</param>
/// <param name="clock">Waits and limits.</param>
internal sealed class KillRun(string folder, bool trains, IReadOnlyList<Fault> faults, int seed, TimeProvider clock)
{
    /// <summary>Rounds whose jobs are read again after each kill; all are after the last.</summary>
    private const int Recent = 40;

    private static readonly TimeSpan LongestTraining = TimeSpan.FromMinutes(20);

    private readonly Ledger _ledger = new();
    private readonly LoadOptions _options = trains ? new(4, 3, 20, 400) : new(60, 60, 20, 60);

    /// <summary>Runs all rounds, and returns a line for each kind of fault.</summary>
    public async Task<IReadOnlyList<Tally>> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(seed);
        await using var stack = new StackProcess(folder, trains, clock);
        await stack.ReadyAsync(cancellationToken);
        using (var first = new Load(stack, _ledger, _options, clock)) await first.PrepareAsync(cancellationToken);
        foreach (var (i, fault) in faults.Index())
        {
            await RoundAsync(stack, fault, random, $"{(trains ? "t" : "q")}{i}", cancellationToken);
            Progress(i + 1, fault);
        }

        if (trains) await EndAsync(stack, cancellationToken);
        await JudgeAsync(stack, cancellationToken);
        Console.WriteLine($"  {stack.Starts} starts, {stack.Healed} times it went on by itself");
        return [.. faults.GroupBy(f => f).Select(g => _ledger.TallyOf(g.Key, g.Count()))];
    }

    private async Task RoundAsync(StackProcess stack, Fault fault, Random random, string prefix, CancellationToken cancellationToken)
    {
        var (acknowledgements, delay) = trains ? (0, random.Next(500, 12_000)) : (random.Next(1, 15), random.Next(300));
        using (var load = new Load(stack, _ledger, _options, clock))
        {
            using var killed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var running = load.RunAsync(random, fault, prefix, killed.Token);
            await load.AcknowledgedAsync(acknowledgements, cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(delay), clock, cancellationToken);
            var after = await stack.SignalAsync(fault);
            await killed.CancelAsync();
            await running;
            await stack.RecoverAsync(fault, after, cancellationToken);
        }

        using var checking = new Load(stack, _ledger, _options, clock);
        foreach (var submission in _ledger.Submissions.TakeLast(Recent).ToList()) await CheckAsync(checking, submission, cancellationToken);
    }

    // A client whose submission has a key sends it again when it was not answered, and gets the same job however often.
    private static async Task CheckAsync(Load load, Submission submission, CancellationToken cancellationToken)
    {
        if (submission.Key is not null) await load.SubmitAsync(submission, cancellationToken);
        if (submission.JobId is not null) await load.ReadAsync(submission, cancellationToken);
    }

    // Every job that was accepted ends, without help.
    private async Task EndAsync(StackProcess stack, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        using var load = new Load(stack, _ledger, _options, clock);
        foreach (var submission in _ledger.Submissions.Where(s => s.JobId is not null))
        {
            while (submission.Now.Ended is null && clock.GetElapsedTime(started) < LongestTraining)
            {
                await load.ReadAsync(submission, cancellationToken);
                await Task.Delay(TimeSpan.FromMilliseconds(200), clock, cancellationToken);
            }

            if (submission.Now.Ended is null) submission.Break(Breach.Stuck);
        }
    }

    private async Task JudgeAsync(StackProcess stack, CancellationToken cancellationToken)
    {
        using var load = new Load(stack, _ledger, _options, clock);
        using var api = new ApiClient(stack.Endpoint, stack.Key, clock);
        var jobs = (await AllAsync((next, token) => api.ListJobsAsync(null, next, 100, token), cancellationToken)).ToLookup(j => j.Request.PublishAs!);
        var sets = (await AllAsync(api.ListDatasetsAsync, cancellationToken)).ToDictionary(d => d.Name);
        foreach (var submission in _ledger.Submissions)
        {
            if (submission.JobId is not null) await load.ReadAsync(submission, cancellationToken);
            if (jobs[submission.Name].Count() > 1) submission.Break(Breach.Duplicate);
            if (submission.Now.Ended is { State: JobState.Succeeded } && (await api.GetModelAsync(submission.Name, cancellationToken)).Versions.Count != 1)
                submission.Break(Breach.SecondVersion);
        }

        foreach (var (manifest, round) in _ledger.Datasets)
        {
            if (!sets.TryGetValue(manifest.Name, out var found) || !Same(found, manifest)) _ledger.LoseDataset(round);
        }
    }

    private static bool Same(DatasetManifest one, DatasetManifest other) => one.Files.Select(f => f.Sha256).SequenceEqual(other.Files.Select(f => f.Sha256));

    private static async Task<List<T>> AllAsync<T>(Func<string?, CancellationToken, Task<Page<T>>> page, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        string? next = null;
        do
        {
            var read = await page(next, cancellationToken);
            all.AddRange(read.Items);
            next = read.Next;
        }
        while (next is not null);
        return all;
    }

    private void Progress(int round, Fault fault)
    {
        var acknowledged = _ledger.Submissions.Count(s => s.JobId is not null);
        var ended = _ledger.Submissions.Count(s => s.Now.Ended is { Version: not null });
        var broken = _ledger.Submissions.SelectMany(s => s.Broken).Distinct().ToList();
        Console.WriteLine($"  {round,3}/{faults.Count} {fault,-10} {acknowledged} jobs acknowledged, {ended} trained; broken: {(broken.Count == 0 ? "none" : string.Join(", ", broken))}");
    }
}
