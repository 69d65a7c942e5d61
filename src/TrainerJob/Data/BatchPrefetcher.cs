namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Assembles the next step's batch while this one trains.
/// A batch is a pure function of its step, so that what was assembled ahead and is not asked for is dropped without a trace.
/// </summary>
internal sealed class BatchPrefetcher(Func<int, TrainingBatch> assemble) : IDisposable
{
    private (int Step, Task<TrainingBatch> Batch)? _ahead;

    /// <summary>The batch of a step, the caller's to dispose; the next one is begun when it comes before the step <paramref name="end"/>.</summary>
    public TrainingBatch Take(int step, int end)
    {
        TrainingBatch batch;
        if (_ahead is { } ahead && ahead.Step == step)
        {
            _ahead = null;
            batch = ahead.Batch.GetAwaiter().GetResult();
        }
        else
        {
            Dispose();
            batch = assemble(step);
        }

        if (step + 1 < end) _ahead = (step + 1, Task.Run(() => assemble(step + 1)));
        return batch;
    }

    /// <summary>Drops what was assembled ahead.</summary>
    public void Dispose()
    {
        if (_ahead is not { } ahead) return;
        _ahead = null;
        try
        {
            ahead.Batch.GetAwaiter().GetResult().Dispose();
        }
#pragma warning disable CA1031 // It was not asked for: its failure, if it lasts, comes back with the batch that is.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
