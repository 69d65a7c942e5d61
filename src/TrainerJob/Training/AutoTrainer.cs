using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using WrnCloud.Evaluation;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Tries on photographs what is cheap first, a classifier on the features of a pretrained network and a small network on small images,
/// then trains the pretrained network further where it pays; of all that, validation images choose what is published.
/// A result that is no better than chance explains does not replace a cheaper one.
/// The last stage alone has checkpoints; the first two are done anew by a run that resumes, and come to the same.
/// </summary>
internal sealed partial class AutoTrainer : ITrainer
{
    private readonly TrainingPlan _plan;
    private readonly SmallNetwork _small;
    private readonly ITrainingObserver _observer;
    private readonly QuietObserver _stages;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly TimeSpan? _checkpointEvery;
    private readonly ImageClassifier _head;
    private readonly List<TriedRecipe> _tried = [];
    private (ReadOnlyMemory<byte> Weights, bool NewHead)? _start;
    private Trainer? _fineTuning;
    private Trainer? _smallTraining;
    private Candidate? _winner;
    private long _startedAt;

    /// <summary>Builds the pretrained network and prepares the process.</summary>
    /// <param name="plan">The training of the pretrained network, with validation images.</param>
    /// <param name="small">The small network; the trainer's to dispose.</param>
    /// <param name="observer">Hears of it.</param>
    /// <param name="clock">For rates and budgets.</param>
    /// <param name="logger">For the log.</param>
    /// <param name="checkpointEvery">Longest time without a checkpoint while the pretrained network is trained.</param>
    /// <exception cref="ArgumentException">There are no validation images.</exception>
    public AutoTrainer(
        TrainingPlan plan, SmallNetwork small, ITrainingObserver observer, TimeProvider clock, ILogger logger, TimeSpan? checkpointEvery = null)
    {
        if (plan.Validation is null) throw new ArgumentException("Validation images choose; there are none.", nameof(plan));
        (_plan, _small, _observer, _stages) = (plan, small, observer, new QuietObserver(observer));
        (_clock, _logger, _checkpointEvery) = (clock, logger, checkpointEvery);
        Platform = NativeRuntime.Prepare(plan.Threads);
        _head = OwnThread.Run(() => ImageClassifier.Create(plan.Spec, plan.Train.Classes.Count, 0, plan.Seed, device(Platform.Device)));
    }

    /// <inheritdoc/>
    public ImageClassifier Network => _winner?.Network ?? _head;

    /// <inheritdoc/>
    public TrainingPlan Plan => _winner?.Plan ?? _plan;

    /// <inheritdoc/>
    public ComputePlatform Platform { get; }

    /// <inheritdoc/>
    public Precision Precision => Platform.Resolve(_plan.Settings.Precision);

    /// <inheritdoc/>
    public void Initialise(ReadOnlyMemory<byte> weights, bool newHead)
    {
        InitialWeights.Load(weights, _head, newHead);
        _start = (weights, newHead);
    }

    /// <inheritdoc/>
    public void Restore(CheckpointFiles checkpoint) => (_fineTuning ??= FineTuning(null)).Restore(checkpoint);

    /// <inheritdoc/>
    public Task<TrainingOutcome> RunAsync(CheckpointFiles? resume, CancellationToken stop, CancellationToken timeUp = default) =>
        OwnThread.RunAsync("training", () => Run(resume, stop, timeUp));

    /// <inheritdoc/>
    public void Dispose()
    {
        _fineTuning?.Dispose();
        _smallTraining?.Dispose();
        _small.Dispose();
        _head.Dispose();
    }

    private TrainingOutcome Run(CheckpointFiles? resume, CancellationToken stop, CancellationToken timeUp)
    {
        set_num_threads(_plan.Threads);
        _startedAt = _clock.GetTimestamp();
        if (resume is not null) Restore(resume);
        try
        {
            using var scope = NewDisposeScope();
            return Try(stop, timeUp);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new TrainingOutcome.Stopped(0);
        }
        catch (ExternalException e) when (TrainingFailure.IsOutOfMemory(e))
        {
            return TrainingFailure.OutOfMemory(_plan);
        }
    }

    private TrainingOutcome Try(CancellationToken stop, CancellationToken timeUp)
    {
        var images = new JoinedImages(_plan.TrainEvaluated, _plan.Validation!);
        var seen = Look(images, stop, timeUp);
        if (seen.Labels.Distinct().Count() < 2) return TrainingFailure.NothingSeen();
        var best = FitHead(images, seen, stop);
        var steps = 1;
        var isTimeUp = seen.IsPart;
        if (!seen.IsPart)
        {
            best = TrySmall(images.Count, best, stop, timeUp);
            if (TryFineTuning(seen, best, stop, timeUp) is { } outcome)
            {
                if (outcome is TrainingOutcome.Stopped) return outcome;
                if (outcome is TrainingOutcome.Completed done)
                {
                    (steps, isTimeUp) = (done.Step, done.IsTimeUp);
                    best = Better(best, new Candidate(PhotoRecipes.FineTune, _fineTuning!.Network, _fineTuning.Plan, done.Validation!, done));
                }
            }
        }

        return Complete(best, steps, isTimeUp, stop);
    }

    private FeatureSet Look(JoinedImages images, CancellationToken stop, CancellationToken timeUp)
    {
        using var gradients = no_grad();
        _head.eval();
        var look = new FeatureLook(Precision.ToScalarType(), _plan.Seed, _clock, _plan.Features);
        return FeatureSet.Of(_head, images, _plan.Preprocessor, look, Tell, stop, timeUp);

        void Tell(FeatureProgress p) =>
            OwnThread.Wait(_stages.OnStepAsync(new StepReport(0, 1, p.Done, p.Batches, p.ImagesPerSecond, double.NaN, 0, p.EtaSeconds)));
    }

    private Candidate FitHead(JoinedImages images, FeatureSet seen, CancellationToken stop)
    {
        using var gradients = no_grad();
        var classes = _plan.Train.Classes.Count;
        var head = FittedHead.Of(seen, classes, _plan.ClassWeights, _plan.Seed, stop);
        head.CopyTo(_head.Classifier);
        var judged = EvaluationResult.Of(head.Judged, seen.Labels, classes);
        var onValidation = seen.IsPart ? judged : OnValidation(images, seen, head.Judged, classes);
        LogTried(PhotoRecipes.Quick, onValidation.Top1, judged.Top1);
        _tried.Add(new TriedRecipe(PhotoRecipes.Quick, onValidation.Top1, onValidation.Labels.Count, Elapsed(_startedAt), false, null));

        // What is published has been fitted to all these images; each was judged by a fit that had not seen it.
        var plan = _plan with
        {
            Settings = _plan.Settings with { Method = TrainingMethod.Head },
            Train = images,
            TrainEvaluated = images,
            Validation = null,
        };
        var completed = new TrainingOutcome.Completed(1, head.TrainLoss, judged) { Validation = judged, Trained = seen.Kept() };
        return new Candidate(PhotoRecipes.Quick, _head, plan, onValidation, completed);
    }

    // The order of the validation images, whatever the order in which they were looked at.
    private EvaluationResult OnValidation(JoinedImages images, FeatureSet seen, float[] logits, int classes)
    {
        var first = _plan.TrainEvaluated.Count;
        var rows = new float[(images.Count - first) * classes];
        for (var i = 0; i < seen.Positions.Count; i++)
        {
            if (seen.Positions[i] >= first) logits.AsSpan(i * classes, classes).CopyTo(rows.AsSpan((seen.Positions[i] - first) * classes));
        }

        return EvaluationResult.Of(rows, [.. Enumerable.Range(first, images.Count - first).Select(p => (long)images.Label(p))], classes);
    }

    private Candidate TrySmall(int pictures, Candidate best, CancellationToken stop, CancellationToken timeUp)
    {
        if (AutoRules.NoSmallNetwork(pictures, best.Completed.Validation!.Top1) is { } reason)
        {
            LeaveOut(_small.Name, reason);
            return best;
        }

        var started = _clock.GetTimestamp();
        var plan = OwnThread.Wait(_small.PlanAsync(stop)) with { LeavesTest = true };
        _smallTraining = new Trainer(plan, _stages, _clock, _logger);
        var outcome = _smallTraining.Run(null, stop, timeUp);
        stop.ThrowIfCancellationRequested();
        if (outcome is not TrainingOutcome.Completed { Validation: { } result } done)
        {
            LeaveOut(_small.Name, outcome is TrainingOutcome.Failed failed ? failed.Message : "it was stopped");
            return best;
        }

        LogTried(_small.Name, result.Top1, result.Top1);
        _tried.Add(new TriedRecipe(_small.Name, result.Top1, result.Labels.Count, Elapsed(started), false, null));
        return Better(best, new Candidate(_small.Name, _smallTraining.Network, plan, result, done) { Resolved = _small.Training });
    }

    // Null where it is left out.
    private TrainingOutcome? TryFineTuning(FeatureSet seen, Candidate best, CancellationToken stop, CancellationToken timeUp)
    {
        var left = _plan.Budget is { } budget ? budget - _clock.GetElapsedTime(_startedAt) : (TimeSpan?)null;
        var isResumed = _fineTuning is not null;
        var epoch = TimeSpan.FromSeconds(HeadStart.EpochSeconds(_plan, _tried[0].Seconds / seen.Labels.Length));
        if (!isResumed && AutoRules.NoFineTuning(seen.Labels.Length, best.Validation.Top1, left, epoch) is { } reason)
        {
            LeaveOut(PhotoRecipes.FineTune, reason);
            return null;
        }

        var started = _clock.GetTimestamp();
        _fineTuning ??= FineTuning(left);
        _fineTuning.Looked = seen.First(_plan.TrainEvaluated.Count);
        var outcome = _fineTuning.Run(null, stop, timeUp);
        if (outcome is TrainingOutcome.Completed { Validation: { } result })
        {
            LogTried(PhotoRecipes.FineTune, result.Top1, result.Top1);
            _tried.Add(new TriedRecipe(PhotoRecipes.FineTune, result.Top1, result.Labels.Count, Elapsed(started), false, null));
        }
        else if (outcome is TrainingOutcome.Failed failed)
        {
            LeaveOut(PhotoRecipes.FineTune, failed.Message);
        }

        return outcome;
    }

    private Trainer FineTuning(TimeSpan? budget)
    {
        var plan = _plan with
        {
            Settings = _plan.Settings with { Method = null },
            FitsHeadFirst = true,
            LeavesTest = true,
            Budget = budget ?? _plan.Budget,
        };
        var trainer = new Trainer(plan, _observer, _clock, _logger, _checkpointEvery);
        if (_start is { } start) trainer.Initialise(start.Weights, start.NewHead);
        return trainer;
    }

    private TrainingOutcome.Completed Complete(Candidate best, int steps, bool isTimeUp, CancellationToken stop)
    {
        _winner = best;
        if (_fineTuning is null)
        {
            // No step was done: the fit stands for one.
            OwnThread.Wait(_observer.OnStepAsync(new StepReport(1, 1, steps, steps, 0, best.Completed.TrainLoss, 0, 0, EvaluationFollows: true)));
            OwnThread.Wait(_observer.OnEpochAsync(new EpochReport(1, steps, best.Completed.TrainLoss, best.Completed.Validation!, 0)));
        }

        var test = new Evaluator(best.Plan.Test, best.Plan.Preprocessor).Evaluate(best.Network, ScalarType.Float32, best.Network.Device, stop);
        return best.Completed with
        {
            Step = steps,
            Test = test,
            IsTimeUp = isTimeUp,
            Tried = [.. _tried.Select(t => t with { Published = t.Name == best.Name })],
            Resolved = best.Resolved,
        };
    }

    private static Candidate Better(Candidate best, Candidate challenger) =>
        AutoRules.IsBetter(challenger.Validation, best.Validation) ? challenger : best;

    private void LeaveOut(string name, string reason)
    {
        LogLeftOut(name, reason);
        _tried.Add(new TriedRecipe(name, null, 0, 0, false, reason));
    }

    private double Elapsed(long since) => Math.Round(_clock.GetElapsedTime(since).TotalSeconds, 1);

    [LoggerMessage(
        138,
        LogLevel.Information,
        "Tried {Name}: top-1 {Top1:P2} on the validation images, {Judged:P2} on all that judged it")]
    private partial void LogTried(string name, double top1, double judged);

    [LoggerMessage(124, LogLevel.Information, "{Name} is left out: {Reason}")]
    private partial void LogLeftOut(string name, string reason);

    private sealed record Candidate(
        string Name, ImageClassifier Network, TrainingPlan Plan, EvaluationResult Validation, TrainingOutcome.Completed Completed)
    {
        // Where what was trained is not what the job names.
        public ResolvedTraining? Resolved { get; init; }
    }
}
