using Microsoft.Extensions.Logging;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Messaging;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Training;
using WrnCloud.TrainerJob.Weights;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>
/// One claimed job from its data to its end: train, checkpoint, export, publish, and settle the message last.
/// A store that is away is waited for as long as the job is held; once the lease is lost nothing more is written.
/// </summary>
internal sealed partial class JobRun(
    JobStore jobs,
    JobOutcome outcomes,
    BlobStore blobs,
    CheckpointStore checkpoints,
    RunPreparation preparation,
    ModelPublisher publisher,
    WeightsImporter importer,
    StoreRetry retry,
    TrainerOptions options,
    TimeProvider clock,
    ILogger<JobRun> logger)
{
    /// <summary>Runs the job. When it returns the message is settled, or left to come again where the record does not know the outcome.</summary>
    public async Task<RunEnd> ExecuteAsync(Job job, IJobDelivery delivery, CancellationToken shutdown)
    {
        LogClaimed(job.Id, job.Attempt, job.Resolved.Model, job.Resolved.Dataset, job.Resolved.Recipe);
        using var metrics = new MetricsLog(blobs, job);
        using var events = new EventLog(blobs, job, clock);
        using var reporter = new RunReporter(job, metrics, events, checkpoints, blobs, clock, logger);
        var hold = new JobHold(job, delivery, jobs, reporter, metrics, options, clock, logger, shutdown);
        var run = new Run(job, hold, reporter);
        var isKnown = true;
        try
        {
            await EndAsync(run);
        }
        catch (OperationCanceledException) when (hold.LastWrites.IsCancellationRequested)
        {
            // Another holder's job is that holder's to tell of; with a store that is away for too long nobody can.
            isKnown = hold.Reason == StopReason.Fenced;
            if (!isKnown) LogGivenUp(job.Id);
        }
        finally
        {
            reporter.Close();
            await hold.DisposeAsync();
        }

        if (isKnown) await outcomes.SettleAsync(job, delivery, hold.Reason);
        return new RunEnd(isKnown, run.Work);
    }

    private async Task EndAsync(Run run)
    {
        try
        {
            await (run.Job.Import is null ? TrainAsync(run) : importer.RunAsync(run.Job, run.Hold, run.Reporter, work => run.Work = work));
        }
        catch (WrnException e)
        {
            await outcomes.FailAsync(run.Job, new JobReason(e.Error.Code, e.Message), run.Hold.LastWrites);
        }
        catch (OperationCanceledException) when (run.Hold.Stop.IsCancellationRequested)
        {
            await outcomes.StopAsync(run.Job, run.Hold.Reason, run.Hold.LastWrites);
        }
    }

    private async Task TrainAsync(Run run)
    {
        var (job, hold) = (run.Job, run.Hold);
        var prepared = await preparation.PrepareAsync(job, run.Reporter, hold.Stop);
        hold.BeginTraining();
        var training = prepared.Trainer.RunAsync(null, hold.Stop, hold.TimeUp);
        Task computing = training;
        try
        {
            if (!await EndsInTimeAsync(training, hold))
            {
                // The training thread winds down beside this: its step is not wanted, or takes longer than the platform waits.
                run.Reporter.Close();
                await outcomes.StopAsync(job, hold.Reason, hold.LastWrites);
                return;
            }

            hold.EndTraining();
            switch (await training)
            {
                case TrainingOutcome.Completed completed:
                    await SaveAllAsync(run);

                    // Export and parity compute without looking at a token; the platform may not wait for them.
                    var publishing = Task.Run(() => PublishAsync(run, prepared, completed));
                    computing = publishing;
                    await publishing.WaitAsync(hold.HandOver);
                    break;
                case TrainingOutcome.Failed failed:
                    await SaveAllAsync(run);
                    await outcomes.FailAsync(job, new JobReason(failed.Code, failed.Message), hold.LastWrites);
                    break;
                default:
                    if (hold.Reason != StopReason.Cancelled) await SaveAllAsync(run);
                    await outcomes.StopAsync(job, hold.Reason, hold.LastWrites);
                    break;
            }
        }
        finally
        {
            run.Work = DisposeAfterAsync(computing, prepared);
        }
    }

    // A cancelled job's step is of no use, nor a lost one's; of all others it is worth the time that there is.
    private async Task<bool> EndsInTimeAsync(Task training, JobHold hold)
    {
        await Task.WhenAny(training, Task.Delay(Timeout.InfiniteTimeSpan, clock, hold.Stop));
        if (hold.Reason is not (StopReason.Cancelled or StopReason.Fenced))
            await Task.WhenAny(training, Task.Delay(Timeout.InfiniteTimeSpan, clock, hold.HandOver));
        return training.IsCompleted;
    }

    private static async Task DisposeAfterAsync(Task work, PreparedRun prepared)
    {
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        prepared.Dispose();
    }

    // The last checkpoint and the end of the curves. Where they can't be written in time, an earlier checkpoint is what the job goes on from.
    private async Task SaveAllAsync(Run run)
    {
        try
        {
            await retry.RunAsync(run.Job.Id, "the last checkpoint and metrics", run.Reporter.SaveAllAsync, run.Hold.HandOver);
        }
#pragma warning disable CA1031 // Whatever keeps the last words from being written, the run's outcome matters more.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotSaved(run.Job.Id, e);
        }
    }

    private async Task PublishAsync(Run run, PreparedRun prepared, TrainingOutcome.Completed completed)
    {
        var (job, end) = (run.Job, run.Hold.HandOver);
        var version = await retry.RunAsync(job.Id, "the model's index", cancel => publisher.ReserveAsync(job, cancel), end);
        var publishing = await retry.RunAsync(
            job.Id,
            "the job's record",
            cancel => jobs.UpdateAsync(job.Id, s => JobTransitions.BeginPublishing(s.Job, job.Attempt, version), cancel),
            end);
        if (publishing is null)
        {
            await outcomes.StopAsync(job, StopReason.Cancelled, run.Hold.LastWrites);
            return;
        }

        var trainer = prepared.Trainer;
        var model = new TrainedModel(trainer.Network, trainer.Plan, completed, trainer.Precision, trainer.Platform);
        var record = completed.Resolved is { } trained ? publishing with { Resolved = trained } : publishing;
        var manifest = await publisher.PublishAsync(record, version, model, end);
        if (manifest.Parity.Passed)
            await outcomes.SucceedAsync(job, version, Final(run.Reporter.Progress, completed), EndReason(job, completed), run.Hold.LastWrites);
        else
            await outcomes.FailAsync(job, ParityReason(version, manifest.Parity.MaxProbabilityDifference), run.Hold.LastWrites);
        LogPublished(job.Id, job.Resolved.ModelName, version, completed.Test.Top1, manifest.Parity.MaxProbabilityDifference);
    }

    private static JobReason? EndReason(Job job, TrainingOutcome.Completed completed)
    {
        if (!completed.IsTimeUp) return null;
        var minutes = job.Resolved.Limit == 1 ? "minute" : "minutes";
        var limit = $"The limit of {job.Resolved.Limit} {minutes} was reached at step {completed.Step:N0}; "
            + "the best weights until then are published.";
        return new JobReason(ErrorCatalogue.TimeLimit.Code, limit);
    }

    private static JobReason ParityReason(int version, double difference) =>
        new(ErrorCatalogue.ParityFailed.Code, $"The export of version {version} differs from the network by up to {difference:g3}.");

    private static JobProgress? Final(JobProgress? progress, TrainingOutcome.Completed completed) =>
        progress is null ? null : progress with { Step = completed.Step, Top1 = completed.Test.Top1, EtaSeconds = 0 };

    [LoggerMessage(83, LogLevel.Information, "Job {JobId} claimed, attempt {Attempt}: {Model} on {Dataset} by {Recipe}")]
    private partial void LogClaimed(string jobId, int attempt, string model, string dataset, string recipe);

    [LoggerMessage(85, LogLevel.Information, "Job {JobId} published {Name} version {Version}: top-1 {Top1:P2}, parity {Parity:g3}")]
    private partial void LogPublished(string jobId, string name, int version, double top1, double parity);

    [LoggerMessage(95, LogLevel.Error, "Job {JobId}: the last checkpoint or metrics could not be written")]
    private partial void LogNotSaved(string jobId, Exception exception);

    [LoggerMessage(
        105,
        LogLevel.Error,
        "Job {JobId}: the store was away until the end; the record does not know the outcome, and the lease will lapse")]
    private partial void LogGivenUp(string jobId);

    private sealed class Run(Job job, JobHold hold, RunReporter reporter)
    {
        public Job Job => job;

        public JobHold Hold => hold;

        public RunReporter Reporter => reporter;

        public Task Work { get; set; } = Task.CompletedTask;
    }
}

/// <summary>How an attempt ended.</summary>
/// <param name="IsKnown">The record tells the outcome, or another holder will.</param>
/// <param name="Work">Completes when nothing computes for the attempt any more and its memory is free.</param>
internal sealed record RunEnd(bool IsKnown, Task Work);
