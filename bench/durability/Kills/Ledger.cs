using System.Collections.Concurrent;
using WrnCloud.Datasets;

namespace WrnCloud.DurabilityBench.Kills;

/// <summary>All that the clients of one stack sent and were told.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentQueue<Submission> _submissions = new();
    private readonly ConcurrentQueue<(DatasetManifest Manifest, Fault Round)> _datasets = new();
    private readonly ConcurrentQueue<Fault> _lostDatasets = new();

    /// <summary>In the order of their sending.</summary>
    public IEnumerable<Submission> Submissions => _submissions;

    /// <summary>Acknowledged data sets.</summary>
    public IEnumerable<(DatasetManifest Manifest, Fault Round)> Datasets => _datasets;

    public int LostDatasets => _lostDatasets.Count;

    public void Add(Submission submission) => _submissions.Enqueue(submission);

    public void Add(DatasetManifest manifest, Fault round) => _datasets.Enqueue((manifest, round));

    public void LoseDataset(Fault round) => _lostDatasets.Enqueue(round);

    /// <summary>A line of the summary.</summary>
    public Tally TallyOf(Fault fault, int kills)
    {
        var own = Submissions.Where(s => s.Round == fault).ToList();
        int Broken(string breach) => own.Count(s => s.Broken.Contains(breach));
        return new Tally(
            fault,
            kills,
            own.Count(s => s.JobId is not null),
            own.Count(s => s.Now.IsCancelled),
            _datasets.Count(d => d.Round == fault),
            own.Count(s => s.Now.Ended is { Version: not null }),
            Broken(Breach.Lost) + _lostDatasets.Count(d => d == fault),
            Broken(Breach.CameBack),
            Broken(Breach.SecondVersion),
            Broken(Breach.Duplicate),
            Broken(Breach.Stuck));
    }
}
