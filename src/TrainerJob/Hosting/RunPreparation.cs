using Microsoft.Extensions.Logging;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Runtime;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>
/// Everything before a claimed job's first step: data set, preprocessing, network, and what it starts from. Waits for a store that is away.
/// </summary>
internal sealed partial class RunPreparation(
    JobStore jobs,
    CheckpointStore checkpoints,
    DatasetLoader datasets,
    InitialWeights initialWeights,
    FeatureCache features,
    StoreRetry retry,
    TrainerOptions options,
    TimeProvider clock,
    ILogger<RunPreparation> logger)
{
    /// <summary>Loads the data and builds the trainer, ready to run.</summary>
    /// <param name="job">The claimed job.</param>
    /// <param name="reporter">Observes the training.</param>
    /// <param name="stop">Ends the preparation.</param>
    /// <exception cref="WrnException">The job can't be trained; its code is the job's reason.</exception>
    public async Task<PreparedRun> PrepareAsync(Job job, RunReporter reporter, CancellationToken stop)
    {
        var training = job.Resolved;
        var spec = training.Spec();
        TrainingMemory.Require(training, spec, options.MemoryBytes ?? NativeRuntime.Prepare(options.Threads).MemoryBytes);
        var data = await LoadAsync(job.Id, training, stop);
        if (data.Train.IsDecodedOnRead) LogStored(job.Id, training.Dataset);
        ITrainer? trainer = null;
        try
        {
            var (weights, normalisation) = await StartAsync(job, stop);
            var statistics = normalisation ?? data.Statistics;
            var preprocessor = await PreprocessorAsync(training, data, statistics, stop);
            var plan = PlanOf(training, data, statistics, preprocessor) with
            {
                FitsHeadFirst = training.Settings.HeadFirst == true && training.Init is { NewHead: true },
                Budget = training.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(job.TrainedSeconds) : null,
                Freeze = training.Init?.Freeze ?? Freeze.None,
            };
            trainer = NewTrainer(job, plan, reporter);
            if (training.Init is { } init) trainer.Initialise(weights, init.NewHead);
            DeviceCheck.Require(trainer.Network, plan);
            await ResumeAsync(trainer, job, stop);
            return new PreparedRun(plan, trainer, data);
        }
        catch
        {
            trainer?.Dispose();
            data.Dispose();
            throw;
        }
    }

    private async Task<LoadedDataset> LoadAsync(string jobId, ResolvedTraining training, CancellationToken stop)
    {
        try
        {
            return await retry.RunAsync(jobId, "the data set", cancel => datasets.LoadAsync(training, cancel), stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WrnException(ErrorCatalogue.CacheUnusable, $"The data set can't be kept in {options.CacheFolder}: {e.Message}", null, e);
        }
    }

    // A resumed run reads them too: they say what its images are normalised with.
    private async Task<(ReadOnlyMemory<byte> Weights, ChannelStatistics? Normalisation)> StartAsync(Job job, CancellationToken stop) =>
        job.Resolved.Init is { } init
            ? await retry.RunAsync(job.Id, "the starting weights", cancel => initialWeights.ReadAsync(init, cancel), stop)
            : default;

    private async Task<Preprocessor> PreprocessorAsync(
        ResolvedTraining training, LoadedDataset data, ChannelStatistics statistics, CancellationToken stop)
    {
        try
        {
            return await Task.Run(
                () => Preprocessor.Of(training.Settings, data.Train, statistics, options.CacheFolder, training.DatasetHash, stop), stop);
        }
        catch (ArgumentException e)
        {
            throw new WrnException(ErrorCatalogue.DataInvalid, e.Message, null, e);
        }
    }

    private ITrainer NewTrainer(Job job, TrainingPlan plan, RunReporter reporter)
    {
        try
        {
            return plan.Settings.Method switch
            {
                TrainingMethod.Head => new HeadTrainer(plan, reporter, clock, logger),
                TrainingMethod.Auto => new AutoTrainer(plan, Small(job, plan), reporter, clock, logger, options.CheckpointEvery),
                _ => new Trainer(plan, reporter, clock, logger, options.CheckpointEvery),
            };
        }
        catch (ArgumentException e)
        {
            throw new WrnException(ErrorCatalogue.DataInvalid, e.Message, null, e);
        }
    }

    private TrainingPlan PlanOf(ResolvedTraining training, LoadedDataset data, ChannelStatistics statistics, Preprocessor? preprocessor)
    {
        var split = TrainingSplit.Of(data, training.Settings);
        return new TrainingPlan(training.Spec(), training.Settings, split.Train, data.Test, statistics, training.Seed, options.Threads, preprocessor)
        {
            TrainEvaluated = split.TrainEvaluated,
            TestNames = data.Names?.Test,
            Validation = split.Validation,
            Features = features,
        };
    }

    private SmallNetwork Small(Job job, TrainingPlan plan)
    {
        var small = job.Resolved.As(PhotoRecipes.SmallModel, SmallNetwork.SettingsFor(plan.Settings, plan.Train.Count));
        return new SmallNetwork(small, PlanAsync);

        async Task<(TrainingPlan, IDisposable)> PlanAsync(CancellationToken cancellationToken)
        {
            var data = await LoadAsync(job.Id, small, cancellationToken);
            return (PlanOf(small, data, data.Statistics, null), data);
        }
    }

    private async Task ResumeAsync(ITrainer trainer, Job job, CancellationToken stop)
    {
        long? below = null;
        while (await retry.RunAsync(job.Id, "the checkpoints", cancel => checkpoints.FindLatestAsync(job, below, cancel), stop) is { } found)
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

            await retry.RunAsync(
                job.Id,
                "the job's record",
                cancel => jobs.UpdateAsync(job.Id, s => JobTransitions.Resumed(s.Job, job.Attempt, from), cancel),
                stop);
            LogResumed(job.Id, from.Step, from.Attempt);
            return;
        }
    }

    [LoggerMessage(84, LogLevel.Information, "Job {JobId} goes on from step {Step} of attempt {Attempt}")]
    private partial void LogResumed(string jobId, long step, int attempt);

    [LoggerMessage(
        123,
        LogLevel.Information,
        "Job {JobId}: decoded, the pictures of {Dataset} would be larger than memory or the disk's room; each is decoded whenever it is read")]
    private partial void LogStored(string jobId, string dataset);

    [LoggerMessage(96, LogLevel.Error, "Job {JobId}: the checkpoint of step {Step}, attempt {Attempt}, does not fit the run; an older one is tried")]
    private partial void LogPassedOver(string jobId, long step, int attempt, Exception exception);
}

/// <summary>A run that can begin.</summary>
/// <param name="Plan">What is trained.</param>
/// <param name="Trainer">Built and, where there is a checkpoint, restored.</param>
/// <param name="Data">The images, mapped.</param>
internal sealed record PreparedRun(TrainingPlan Plan, ITrainer Trainer, LoadedDataset Data) : IDisposable
{
    public void Dispose()
    {
        Trainer.Dispose();
        Data.Dispose();
    }
}
