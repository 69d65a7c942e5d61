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
    JobOutcome outcomes,
    BlobStore blobs,
    CheckpointStore checkpoints,
    DatasetLoader datasets,
    InitialWeights initialWeights,
    ModelPublisher publisher,
    TrainerOptions options,
    TimeProvider clock,
    ILogger<JobRun> logger)
{
    // Not a limit on anything useful: a checkpoint that takes longer than this to store is as good as lost.
    private static readonly TimeSpan LastUpload = TimeSpan.FromMinutes(10);

    /// <summary>Runs the job. When it returns the record knows the outcome and the message is settled, or belongs to another holder.</summary>
    public async Task ExecuteAsync(Job job, IJobDelivery delivery, CancellationToken shutdown)
    {
        LogClaimed(job.Id, job.Attempt, job.Resolved.Model, job.Resolved.Dataset, job.Resolved.Recipe);
        using var metrics = new MetricsLog(blobs, job);
        using var events = new EventLog(blobs, job, clock);
        var reporter = new RunReporter(job, metrics, events, checkpoints, blobs, clock, logger);
        var hold = new JobHold(job, delivery, jobs, reporter, metrics, options, clock, logger, shutdown);
        reporter.IsFenced = () => hold.Reason == StopReason.Fenced;
        try
        {
            await TrainAsync(job, hold, reporter);
        }
        catch (WrnException e)
        {
            await outcomes.FailAsync(job, new JobReason(e.Error.Code, e.Message));
        }
        catch (OperationCanceledException) when (hold.Stop.IsCancellationRequested)
        {
            await outcomes.HonourStopAsync(job, hold.Reason);
        }
        finally
        {
            await hold.DisposeAsync();
        }

        await outcomes.SettleAsync(job, delivery, hold.Reason);
    }

    private async Task TrainAsync(Job job, JobHold hold, RunReporter reporter)
    {
        var training = job.Resolved;
        if (!NetworkSpec.TryParse(training.Model, out var spec, out var problem)) throw new WrnException(ErrorCatalogue.SpecInvalid, problem);
        var data = await LoadAsync(training, spec.ImageSize, hold.Stop);
        var preprocessor = await PreprocessorAsync(training, data, hold.Stop);
        var plan = new TrainingPlan(spec, training.Settings, data.Train, data.Test, data.Statistics, training.Seed, options.Threads, preprocessor)
        {
            Freeze = training.Init?.Freeze ?? Freeze.None,
        };
        var trainer = NewTrainer(plan, reporter);
        if (!await ResumeAsync(trainer, job, hold.Stop) && training.Init is { } init) trainer.Initialise(await initialWeights.ReadAsync(init, hold.Stop), init.NewHead);
        hold.BeginTraining();
        var running = trainer.RunAsync(null, hold.Stop);
        if (!await EndsInTimeAsync(running, hold))
        {
            // The step or its snapshot takes longer than the platform waits: hand on from the checkpoint before. The process ends under the training thread.
            await outcomes.HonourStopAsync(job, hold.Reason);
            return;
        }

        hold.EndTraining();
        using (data)
        using (trainer) await ConcludeAsync(await running, job, hold, trainer, plan, reporter);
    }

    private async Task<LoadedDataset> LoadAsync(ResolvedTraining training, int size, CancellationToken cancellationToken)
    {
        try
        {
            return await datasets.LoadAsync(training, size, cancellationToken);
        }
        catch (IOException e)
        {
            throw new WrnException(ErrorCatalogue.CacheUnusable, $"The data set can't be kept in {options.CacheFolder}: {e.Message}", null, e);
        }
    }

    private async Task<Preprocessor> PreprocessorAsync(ResolvedTraining training, LoadedDataset data, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(
                () => Preprocessor.Of(training.Settings, data.Train, data.Statistics, options.CacheFolder, training.DatasetHash, cancellationToken), cancellationToken);
        }
        catch (ArgumentException e)
        {
            throw new WrnException(ErrorCatalogue.DataInvalid, e.Message, null, e);
        }
    }

    private async Task ConcludeAsync(TrainingOutcome outcome, Job job, JobHold hold, Trainer trainer, TrainingPlan plan, RunReporter reporter)
    {
        switch (outcome)
        {
            case TrainingOutcome.Completed completed:
                await reporter.CompleteAsync(LastUpload);
                await PublishAsync(job, hold, trainer, plan, completed, reporter);
                break;
            case TrainingOutcome.Failed failed:
                await reporter.CompleteAsync(LastUpload);
                await outcomes.FailAsync(job, new JobReason(failed.Code, failed.Message));
                break;
            default:
                if (hold.Reason != StopReason.Fenced) await reporter.CompleteAsync(hold.HandOverLeft);
                await outcomes.HonourStopAsync(job, hold.Reason);
                break;
        }
    }

    // False when there is nothing to go on from.
    private async Task<bool> ResumeAsync(Trainer trainer, Job job, CancellationToken cancellationToken)
    {
        long? below = null;
        while (await checkpoints.FindLatestAsync(job, below, cancellationToken) is { } found)
        {
            var from = new ResumePoint(found.Attempt, found.Checkpoint.Position.Step);
            try
            {
                trainer.Restore(found.Checkpoint);
            }
            catch (CheckpointException e)
            {
                // Whole by its hashes and still not this run's: an older one may be.
                LogPassedOver(job.Id, from.Step, from.Attempt, e);
                below = from.Step;
                continue;
            }

            await jobs.UpdateAsync(job.Id, s => JobTransitions.Resumed(s.Job, job.Attempt, from), cancellationToken);
            LogResumed(job.Id, from.Step, from.Attempt);
            return true;
        }

        return false;
    }

    private Trainer NewTrainer(TrainingPlan plan, RunReporter reporter)
    {
        try
        {
            return new Trainer(plan, reporter, clock, logger, options.CheckpointEvery);
        }
        catch (ArgumentException e)
        {
            throw new WrnException(ErrorCatalogue.DataInvalid, e.Message, null, e);
        }
    }

    private async Task<bool> EndsInTimeAsync(Task running, JobHold hold)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = hold.Stop.Register(() => stopped.TrySetResult());
        await Task.WhenAny(running, stopped.Task);
        if (hold.Reason is StopReason.Shutdown or StopReason.LockLost) await Task.WhenAny(running, Task.Delay(hold.HandOverLeft, clock));
        else await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return running.IsCompleted;
    }

    private async Task PublishAsync(Job job, JobHold hold, Trainer trainer, TrainingPlan plan, TrainingOutcome.Completed completed, RunReporter reporter)
    {
        var version = await publisher.ReserveAsync(job, hold.Stop);
        if (await jobs.UpdateAsync(job.Id, s => JobTransitions.BeginPublishing(s.Job, job.Attempt, version), hold.Stop) is not { } publishing)
        {
            await outcomes.HonourStopAsync(job, StopReason.Cancelled);
            return;
        }

        var model = new TrainedModel(trainer.Network, plan, completed, trainer.Precision, trainer.Platform);
        var manifest = await publisher.PublishAsync(publishing, version, model, CancellationToken.None);
        if (manifest.Parity.Passed)
            await jobs.UpdateAsync(job.Id, s => JobTransitions.Succeed(s.Job, job.Attempt, version, Final(reporter.Progress, completed), clock.GetUtcNow()), CancellationToken.None);
        else
            await outcomes.FailAsync(job, new JobReason(ErrorCatalogue.ParityFailed.Code, $"The export of version {version} differs from the network by up to {manifest.Parity.MaxProbabilityDifference:g3}."));
        LogPublished(job.Id, job.Resolved.ModelName, version, manifest.Top1, manifest.Parity.MaxProbabilityDifference);
    }

    private static JobProgress? Final(JobProgress? progress, TrainingOutcome.Completed completed) =>
        progress is null ? null : progress with { Step = completed.Step, Top1 = completed.Test.Top1, EtaSeconds = 0 };

    [LoggerMessage(83, LogLevel.Information, "Job {JobId} claimed, attempt {Attempt}: {Model} on {Dataset} by {Recipe}")]
    private partial void LogClaimed(string jobId, int attempt, string model, string dataset, string recipe);

    [LoggerMessage(84, LogLevel.Information, "Job {JobId} goes on from step {Step} of attempt {Attempt}")]
    private partial void LogResumed(string jobId, long step, int attempt);

    [LoggerMessage(85, LogLevel.Information, "Job {JobId} published {Name} version {Version}: top-1 {Top1:P2}, parity {Parity:g3}")]
    private partial void LogPublished(string jobId, string name, int version, double top1, double parity);

    [LoggerMessage(96, LogLevel.Error, "Job {JobId}: the checkpoint of step {Step}, attempt {Attempt}, does not fit the run; an older one is tried")]
    private partial void LogPassedOver(string jobId, long step, int attempt, Exception exception);
}
