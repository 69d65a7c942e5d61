using Azure;
using Microsoft.Extensions.Logging;
using WrnCloud.Architecture;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Messaging;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Export;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>One claimed job from its data to its end: train, checkpoint, export, publish, and settle the message last.</summary>
internal sealed partial class JobRun(
    JobStore jobs,
    JobDispatcher dispatcher,
    BlobStore blobs,
    CheckpointStore checkpoints,
    DatasetLoader datasets,
    ModelPublisher publisher,
    TrainerOptions options,
    TimeProvider clock,
    ILogger<JobRun> logger)
{
    // From SIGTERM to SIGKILL there are 30 s.
    private static readonly TimeSpan HandOverTime = TimeSpan.FromSeconds(25);

    /// <summary>Runs the job. When it returns the record knows the outcome and the message is settled, or belongs to another holder.</summary>
    public async Task ExecuteAsync(Job job, IJobDelivery delivery, CancellationToken shutdown)
    {
        LogClaimed(job.Id, job.Attempt, job.Resolved.Model, job.Resolved.Dataset, job.Resolved.Recipe);
        var reporter = new RunReporter(job, blobs, checkpoints, clock, logger);
        var hold = new JobHold(job, delivery, jobs, reporter, options, clock, logger, shutdown);
        try
        {
            await TrainAsync(job, hold, reporter);
        }
        catch (WrnException e)
        {
            await FailAsync(job, new JobReason(e.Error.Code, e.Message));
        }
        catch (OperationCanceledException) when (hold.Stop.IsCancellationRequested)
        {
            await HonourStopAsync(job, hold.Reason);
        }
        finally
        {
            await hold.DisposeAsync();
        }

        await SettleAsync(job, delivery, hold.Reason);
    }

    private async Task TrainAsync(Job job, JobHold hold, RunReporter reporter)
    {
        var training = job.Resolved;
        if (!WideResNetSpec.TryParse(training.Model, out var spec, out var problem)) throw new WrnException(ErrorCatalogue.SpecInvalid, problem);
        var (train, test, statistics) = await datasets.LoadAsync(training, hold.Stop);
        var plan = new TrainingPlan(spec, training.Settings, train, test, statistics, training.Seed, options.Threads);
        var outcome = await RunAsync(plan, job, hold, reporter);
        switch (outcome.Outcome)
        {
            case TrainingOutcome.Completed completed:
                await reporter.CompleteAsync(CancellationToken.None);
                await PublishAsync(job, hold, outcome.Trainer, plan, completed, reporter);
                break;
            case TrainingOutcome.Failed failed:
                await reporter.CompleteAsync(CancellationToken.None);
                await FailAsync(job, new JobReason(failed.Code, failed.Message));
                break;
            default:
                if (hold.Reason != StopReason.Fenced) await TryCompleteAsync(job, reporter);
                await HonourStopAsync(job, hold.Reason);
                break;
        }

        outcome.Trainer.Dispose();
    }

    // Handing on matters more than the newest checkpoint: without it the next attempt goes on from the one before.
    private async Task TryCompleteAsync(Job job, RunReporter reporter)
    {
        try
        {
            await reporter.CompleteAsync(CancellationToken.None).WaitAsync(HandOverTime, clock);
        }
        catch (Exception e) when (e is IOException or TimeoutException or RequestFailedException or AggregateException)
        {
            LogNotSaved(job.Id, e);
        }
    }

    private async Task<(TrainingOutcome Outcome, Trainer Trainer)> RunAsync(TrainingPlan plan, Job job, JobHold hold, RunReporter reporter)
    {
        var latest = await checkpoints.FindLatestAsync(job, hold.Stop);
        if (latest is { } found)
        {
            // The checkpoint's thread count is part of what makes the resumed run the same run.
            plan = plan with { Threads = found.Checkpoint.Position.Threads };
            var from = new ResumePoint(found.Attempt, found.Checkpoint.Position.Step);
            await jobs.UpdateAsync(job.Id, s => JobTransitions.Resumed(s.Job, job.Attempt, from), hold.Stop);
            LogResumed(job.Id, from.Step, from.Attempt);
        }

        var trainer = new Trainer(plan, reporter, clock, logger);
        try
        {
            return (await trainer.RunAsync(latest?.Checkpoint, hold.Stop), trainer);
        }
        catch (CheckpointException e)
        {
            // It is whole, by its hashes, and still not this run's: training anew is slower than going on, and better than failing for ever.
            LogAnew(job.Id, e);
            await jobs.UpdateAsync(job.Id, s => JobTransitions.Resumed(s.Job, job.Attempt, new ResumePoint(0, 0)), hold.Stop);
            return (await trainer.RunAsync(null, hold.Stop), trainer);
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    private async Task PublishAsync(Job job, JobHold hold, Trainer trainer, TrainingPlan plan, TrainingOutcome.Completed completed, RunReporter reporter)
    {
        var version = await publisher.ReserveAsync(job, hold.Stop);
        if (await jobs.UpdateAsync(job.Id, s => JobTransitions.BeginPublishing(s.Job, job.Attempt, version), hold.Stop) is null)
        {
            await HonourStopAsync(job, StopReason.Cancelled);
            return;
        }

        var manifest = await publisher.PublishAsync(job, version, trainer.Network, plan, completed, CancellationToken.None);
        var now = clock.GetUtcNow();
        if (manifest.Parity.Passed)
            await jobs.UpdateAsync(job.Id, s => JobTransitions.Succeed(s.Job, job.Attempt, version, Final(reporter.Progress, completed), now), CancellationToken.None);
        else
            await FailAsync(job, new JobReason(ErrorCatalogue.ParityFailed.Code, $"The export of version {version} differs from the network by up to {manifest.Parity.MaxProbabilityDifference:g3}."));
        LogPublished(job.Id, job.Resolved.ModelName, version, manifest.Top1, manifest.Parity.MaxProbabilityDifference);
    }

    private static JobProgress? Final(JobProgress? progress, TrainingOutcome.Completed completed) =>
        progress is null ? null : progress with { Step = completed.Step, Top1 = completed.Test.Top1, EtaSeconds = 0 };

    private Task<Job?> FailAsync(Job job, JobReason reason)
    {
        LogFailed(job.Id, reason.Code, reason.Message);
        return jobs.UpdateAsync(job.Id, s => JobTransitions.Fail(s.Job, job.Attempt, reason, clock.GetUtcNow()), CancellationToken.None);
    }

    private async Task HonourStopAsync(Job job, StopReason reason)
    {
        LogStopped(job.Id, reason);
        switch (reason)
        {
            case StopReason.Cancelled:
                await jobs.UpdateAsync(job.Id, s => JobTransitions.HonourCancel(s.Job, job.Attempt, clock.GetUtcNow()), CancellationToken.None);
                break;
            case StopReason.TimeLimit:
                await FailAsync(job, new JobReason(ErrorCatalogue.TimeLimit.Code, $"The limit of {job.Resolved.MaxMinutes} minutes was reached; the last checkpoint is kept."));
                break;
            case StopReason.Shutdown:
            case StopReason.LockLost:
                await HandOnAsync(job, reason);
                break;
            default:
                break;
        }
    }

    // Interrupted and the need for the next message are one write; when the send fails, the upkeep timer sends.
    private async Task HandOnAsync(Job job, StopReason reason)
    {
        var why = reason == StopReason.Shutdown
            ? new JobReason("trainer-stopped", "The trainer was asked to stop; the job goes on from its last checkpoint.")
            : new JobReason("lock-lost", "The trainer lost its message; the job goes on from its last checkpoint.");
        var interrupted = await jobs.UpdateAsync(job.Id, s => JobTransitions.Interrupt(s.Job, job.Attempt, why), CancellationToken.None);
        if (interrupted is null) return;
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
            await dispatcher.DispatchAsync(interrupted, timeout.Token);
        }
        catch (Exception e) when (e is MessagingException or OperationCanceledException)
        {
            LogNotSent(job.Id, e);
        }
    }

    private async Task SettleAsync(Job job, IJobDelivery delivery, StopReason reason)
    {
        if (reason is StopReason.LockLost) return;
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30), clock);
            await delivery.CompleteAsync(timeout.Token);
        }
        catch (Exception e) when (e is MessagingException or OperationCanceledException)
        {
            // The record knows the outcome: whoever receives the message again completes it.
            LogNotCompleted(job.Id, e);
        }
    }

    [LoggerMessage(95, LogLevel.Error, "Job {JobId}: the last checkpoint or metrics could not be written before handing on")]
    private partial void LogNotSaved(string jobId, Exception exception);

    [LoggerMessage(96, LogLevel.Error, "Job {JobId}: the checkpoint does not fit the run; training begins anew")]
    private partial void LogAnew(string jobId, Exception exception);

    [LoggerMessage(83, LogLevel.Information, "Job {JobId} claimed, attempt {Attempt}: {Model} on {Dataset} by {Recipe}")]
    private partial void LogClaimed(string jobId, int attempt, string model, string dataset, string recipe);

    [LoggerMessage(84, LogLevel.Information, "Job {JobId} goes on from step {Step} of attempt {Attempt}")]
    private partial void LogResumed(string jobId, long step, int attempt);

    [LoggerMessage(85, LogLevel.Information, "Job {JobId} published {Name} version {Version}: top-1 {Top1:P2}, parity {Parity:g3}")]
    private partial void LogPublished(string jobId, string name, int version, double top1, double parity);

    [LoggerMessage(86, LogLevel.Error, "Job {JobId} failed: {Code}, {Message}")]
    private partial void LogFailed(string jobId, string code, string message);

    [LoggerMessage(87, LogLevel.Information, "Job {JobId} stopped: {Reason}")]
    private partial void LogStopped(string jobId, StopReason reason);

    [LoggerMessage(88, LogLevel.Warning, "Job {JobId}: the next message could not be sent; the upkeep timer will")]
    private partial void LogNotSent(string jobId, Exception exception);

    [LoggerMessage(89, LogLevel.Warning, "Job {JobId}: the message could not be completed; it will come again and be dropped")]
    private partial void LogNotCompleted(string jobId, Exception exception);
}
