using WrnCloud.Jobs;

namespace WrnCloud.Functions.Training;

/// <summary>About how long a training will take, by the last jobs; they are read every few seconds at most.</summary>
public sealed class EstimateTraining(JobStore jobs, TimeProvider clock)
{
    private const int MostJobs = 10;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private Snapshot? _last;

    /// <summary>The estimate; null where no earlier job tells.</summary>
    public async Task<TrainingEstimate?> OfAsync(ResolvedTraining training, CancellationToken cancellationToken)
    {
        if (_last is not { } last || clock.GetElapsedTime(last.ReadAt) > Fresh)
        {
            var (recent, _) = await jobs.ListAsync(null, MostJobs, cancellationToken);
            _last = last = new Snapshot(clock.GetTimestamp(), recent);
        }

        return TrainingEstimate.Of(training, last.Jobs);
    }

    private sealed record Snapshot(long ReadAt, IReadOnlyList<Job> Jobs);
}
