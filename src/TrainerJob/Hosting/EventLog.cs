using WrnCloud.Jobs;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Reports;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>
/// An attempt's TensorBoard event file. It only grows, like the metrics file beside it, so that TensorBoard sees a running job's curves, and each
/// attempt is a run of its own there.
/// </summary>
internal sealed class EventLog : IDisposable
{
    private readonly MetricsLog _file;
    private readonly TimeProvider _clock;

    public EventLog(BlobStore blobs, Job job, TimeProvider clock)
    {
        _clock = clock;
        var name = JobStore.AttemptFolder(job.Id, job.Attempt).Child(EventRecords.FileName(clock.GetUtcNow()));

        // Written with each checkpoint: a blob has room for fifty thousand of those.
        _file = new MetricsLog(blobs, _ => name, int.MaxValue);
        _file.AddRecord(EventRecords.First(clock.GetUtcNow()));
    }

    /// <summary>Adds a point's scalars.</summary>
    public void Add(MetricPoint point) => _file.AddRecord(EventRecords.Scalars(point, _clock.GetUtcNow()));

    /// <summary>Writes what waits.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => _file.FlushAsync(cancellationToken);

    public void Dispose() => _file.Dispose();
}
