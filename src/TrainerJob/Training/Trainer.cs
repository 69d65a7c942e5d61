using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Trains one network. The whole state between two steps is the parameters, the running statistics, the momentum
/// and the <see cref="CheckpointPosition"/>; everything else is a pure function of the plan,
/// so that a run resumed from any step is bit-exact on the CPU for a fixed thread count.
/// </summary>
public sealed partial class Trainer : ITrainer
{
    // Chance level is ln(classes), at most 5.5. No run comes back from here.
    private const double DivergedLoss = 1e3;

    private readonly TrainingPlan _plan;
    private readonly ITrainingObserver _observer;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly TimeSpan _checkpointEvery;
    private readonly ImageClassifier _trained;
    private readonly SgdOptimizer _optimizer;
    private readonly WeightAverage? _average;
    private readonly BestWeights? _best;
    private readonly TrainingStep _training;
    private readonly Evaluator _evaluator;
    private readonly CheckpointState _state;
    private readonly ThroughputMeter _meter;
    private readonly FrozenPart _frozen;
    private CheckpointPosition _position;
    private long _startedAt;
    private double _evaluationSeconds;
    private long _checkpointAt;
    private CancellationToken _timeUp;
    private bool _isTimeUp;

    /// <summary>Builds the network and prepares the process (<see cref="NativeRuntime.Prepare"/>).</summary>
    /// <param name="plan">What to train.</param>
    /// <param name="observer">Hears of it.</param>
    /// <param name="clock">For rates and the interval of checkpoints.</param>
    /// <param name="logger">For the log.</param>
    /// <param name="checkpointEvery">Longest time without a checkpoint; null for one at each epoch's end only.</param>
    /// <exception cref="ArgumentException">The images do not fit together or a set is empty.</exception>
    public Trainer(TrainingPlan plan, ITrainingObserver observer, TimeProvider clock, ILogger logger, TimeSpan? checkpointEvery = null)
    {
        if (plan.Train.Count == 0 || plan.Test.Count == 0)
            throw new ArgumentException("Training and test set need at least one image each.", nameof(plan));
        if (plan.Train.Classes.Count != plan.Test.Classes.Count)
            throw new ArgumentException("Training and test set have the same classes.", nameof(plan));
        (_plan, _observer, _clock, _logger, _checkpointEvery) = (plan, observer, clock, logger, checkpointEvery ?? TimeSpan.MaxValue);
        Platform = NativeRuntime.Prepare(plan.Threads);
        _evaluator = new Evaluator(plan.Deciding, plan.Preprocessor);
        _meter = new ThroughputMeter(clock);
        (_trained, _frozen, _optimizer, _average) = OwnThread.Run(() => Build(plan, device(Platform.Device)));
        _best = plan.Validation is null ? null : new BestWeights(Network);
        _training = new TrainingStep(plan, _trained, _frozen, _optimizer, _average);
        _state = new CheckpointState(plan, _trained, _optimizer, _average, _best);
        _position = new CheckpointPosition(0, 0, 0, plan.Seed, plan.Threads, Platform.Resolve(plan.Settings.Precision));
    }

    /// <summary>
    /// The network that is evaluated and published, in its present state: the average of the weights where the settings ask for one,
    /// and once a run with validation images has completed, the weights that did best on them.
    /// Disposed with the trainer, and not to be used while a run is going on.
    /// </summary>
    public ImageClassifier Network => _average?.Network ?? _trained;

    /// <inheritdoc/>
    public TrainingPlan Plan => _plan;

    /// <summary>The starting network's features of the training images, if they were already computed.</summary>
    internal FeatureSet? Looked { get; set; }

    /// <summary>The device and runtime that the run computes on.</summary>
    public ComputePlatform Platform { get; }

    /// <summary>The precision of the run; a resumed run keeps the one with which it began.</summary>
    public Precision Precision => _position.Precision;

    /// <inheritdoc/>
    /// <remarks>
    /// On a thread of its own: OpenMP keeps one team of threads for each thread that calls it.
    /// A stop finishes the step at hand and saves a checkpoint of it.
    /// </remarks>
    public Task<TrainingOutcome> RunAsync(CheckpointFiles? resume, CancellationToken stop, CancellationToken timeUp = default) =>
        OwnThread.RunAsync("training", () => Run(resume, stop, timeUp));

    /// <inheritdoc/>
    public void Dispose()
    {
        _training.Dispose();
        _frozen.Dispose();
        _best?.Dispose();
        _average?.Dispose();
        _optimizer.Dispose();
        _trained.Dispose();
    }

    /// <inheritdoc/>
    public void Initialise(ReadOnlyMemory<byte> weights, bool newHead)
    {
        _frozen.Reset();
        InitialWeights.Load(weights, _trained, newHead);
        _average?.Reset();
    }

    /// <inheritdoc/>
    public void Restore(CheckpointFiles checkpoint)
    {
        _frozen.Reset();
        _state.Restore(checkpoint);
        _position = checkpoint.Position;
        if (_position.Threads != _plan.Threads) LogThreadsKept(_position.Threads, _plan.Threads);
    }

    private static (ImageClassifier, FrozenPart, SgdOptimizer, WeightAverage?) Build(TrainingPlan plan, Device device)
    {
        var network = ImageClassifier.Create(plan.Spec, plan.Train.Classes.Count, plan.Settings.Dropout, plan.Seed, device);
        var frozen = new FrozenPart(network, plan.Freeze);
        var optimizer = new SgdOptimizer(network.named_parameters(), plan.Settings);
        return (network, frozen, optimizer, plan.Settings.EmaDecay > 0 ? new WeightAverage(network, plan.Settings.EmaDecay) : null);
    }

    /// <summary>As <see cref="RunAsync"/>, on the thread that calls it.</summary>
    internal TrainingOutcome Run(CheckpointFiles? resume, CancellationToken stop, CancellationToken timeUp)
    {
        _timeUp = timeUp;
        if (resume is not null) Restore(resume);
        set_num_threads(_position.Threads);
        LogStarted(_plan.Spec.Name, Platform, _position.Precision, _position.Step, LastStep);
        (_checkpointAt, _startedAt) = (_clock.GetTimestamp(), _clock.GetTimestamp());
        try
        {
            if (_plan.FitsHeadFirst && _position.Step == 0) FitHead(stop);
            while (true)
            {
                if (stop.IsCancellationRequested) return StopHere();

                // Asked once a step: all that follows from it goes by one answer.
                _isTimeUp = _timeUp.IsCancellationRequested && _position.Step > 0;
                if (EvaluationIsDue)
                {
                    if (EvaluateAndSave(stop) is { } end) return end;
                }
                else if (TrainOneStep() is { } failure)
                {
                    return failure;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return StopHere();
        }
        catch (ExternalException e) when (TrainingFailure.IsOutOfMemory(e))
        {
            LogOutOfMemory(e);
            return TrainingFailure.OutOfMemory(_plan);
        }
    }

    private ScalarType ComputeType => _position.Precision.ToScalarType();

    private TrainingOutcome.Failed? TrainOneStep()
    {
        _meter.Start();
        var step = _position.Step;
        var epoch = step / _plan.StepsPerEpoch;
        var schedule = Schedule;
        var loss = _training.Run(step, LastStep, ComputeType, schedule);
        if (!double.IsFinite(loss) || loss > DivergedLoss)
            return TrainingFailure.Diverged(_plan, _position.Precision, step + 1, $"the loss is {loss:g4}");
        _meter.Stop();
        _position = _position with { Step = step + 1, LossSum = (step % _plan.StepsPerEpoch == 0 ? 0 : _position.LossSum) + loss };
        if (_plan.Budget is { } budget && _position.Epochs is null && step + 1 >= EpochBudget.MeasuredSteps) FitInto(budget);
        var rate = LearningRate.At(schedule, step, _plan.StepsPerEpoch);
        var imagesPerSecond = _training.BatchLength / _meter.SecondsPerStep;
        OwnThread.Wait(_observer.OnStepAsync(new StepReport(
            epoch + 1, Schedule.Epochs, step + 1, LastStep, imagesPerSecond, loss, rate, EtaSeconds(), EvaluationIsDue)));
        if (!EvaluationIsDue && _clock.GetElapsedTime(_checkpointAt) >= _checkpointEvery) SaveCheckpoint();
        return null;
    }

    private TrainingOutcome? EvaluateAndSave(CancellationToken stop)
    {
        var stepsPerEpoch = _plan.StepsPerEpoch;
        var epoch = Math.Max(1, (_position.Step + stepsPerEpoch - 1) / stepsPerEpoch);
        var started = _clock.GetTimestamp();
        var (result, position) = Evaluate(stop);
        _evaluationSeconds = _clock.GetElapsedTime(started).TotalSeconds;
        if (!double.IsFinite(result.Loss))
        {
            var what = $"the loss on the {_plan.DecidingName} images is {result.Loss}";
            return TrainingFailure.Diverged(_plan, _position.Precision, _position.Step, what);
        }

        var trainLoss = _position.LossSum / Math.Max(1, _position.Step - ((epoch - 1) * stepsPerEpoch));

        // The part of an epoch that the time was left for counts too.
        if (_isTimeUp) position = position with { BestTop1 = Math.Max(position.BestTop1, result.Top1) };
        if ((_isTimeUp || position.Epoch != _position.Epoch) && BestWeights.IsBetter(_position, result)) _best?.Keep();
        _position = position;
        OwnThread.Wait(_observer.OnEpochAsync(new EpochReport(epoch, _position.Step, trainLoss, result, _evaluationSeconds)));
        SaveCheckpoint();
        return IsAtEnd(position) ? Complete(trainLoss, result, stop) : null;
    }

    // Without validation images every epoch looked at the test set, and the last look is the result. With them this is the only one.
    private TrainingOutcome.Completed Complete(double trainLoss, EvaluationResult last, CancellationToken stop)
    {
        var isTimeUp = _isTimeUp && _position.Step < LastStep;
        if (_plan.Validation is null) return new TrainingOutcome.Completed(_position.Step, trainLoss, last) { IsTimeUp = isTimeUp };
        _best!.Restore();
        var chosen = _evaluator.Evaluate(Network, ScalarType.Float32, Network.Device, stop);
        var test = _plan.LeavesTest
            ? chosen
            : new Evaluator(_plan.Test, _plan.Preprocessor).Evaluate(Network, ScalarType.Float32, Network.Device, stop);
        return new TrainingOutcome.Completed(_position.Step, trainLoss, test) { Validation = chosen, IsTimeUp = isTimeUp };
    }

    // The last evaluation is the one that counts: it has the arithmetic of the exported model. That it is the last one may follow from its result.
    private (EvaluationResult Result, CheckpointPosition Position) Evaluate(CancellationToken stop)
    {
        var type = IsAtEnd(_position) ? ScalarType.Float32 : ComputeType;
        var result = _evaluator.Evaluate(Network, type, Network.Device, stop);
        var position = After(result);
        if (type == ScalarType.Float32 || !IsAtEnd(position)) return (result, position);
        result = _evaluator.Evaluate(Network, ScalarType.Float32, Network.Device, stop);
        return (result, After(result));
    }

    // An epoch counts once, also when a resumed run evaluates it again.
    private CheckpointPosition After(EvaluationResult result)
    {
        var epoch = _position.Step / _plan.StepsPerEpoch;
        return epoch == _position.Epoch ? _position : EarlyStop.Count(_position with { Epoch = epoch }, result);
    }

    private TrainingOutcome.Stopped StopHere()
    {
        SaveCheckpoint();
        LogStopped(_position.Step);
        return new TrainingOutcome.Stopped(_position.Step);
    }

    private void SaveCheckpoint()
    {
        OwnThread.Wait(_observer.OnCheckpointAsync(_state.Capture(_position)));
        _checkpointAt = _clock.GetTimestamp();
    }

    // The classifier alone counts as epoch 0, so that training further has to be better to be published.
    private void FitHead(CancellationToken stop)
    {
        var trainLoss = HeadStart.Fit(_trained, _plan, Looked, ComputeType, _observer, _clock, stop, _timeUp);
        _average?.Reset();
        if (_best is null) return;
        var started = _clock.GetTimestamp();
        var result = _evaluator.Evaluate(Network, ComputeType, Network.Device, stop);
        _evaluationSeconds = _clock.GetElapsedTime(started).TotalSeconds;
        _position = _position with { BestTop1 = result.Top1, BestLoss = result.Loss };
        _best.Keep();
        LogHeadFitted(result.Top1);
        OwnThread.Wait(_observer.OnEpochAsync(new EpochReport(0, 0, trainLoss, result, _evaluationSeconds)));
    }

    [LoggerMessage(127, LogLevel.Information, "Training {Network} on {Platform} in {Precision}, step {Step} of {Steps}")]
    private partial void LogStarted(string network, ComputePlatform platform, Precision precision, int step, int steps);

    [LoggerMessage(128, LogLevel.Information, "The classifier alone: top-1 {Top1:P2}")]
    private partial void LogHeadFitted(double top1);

    [LoggerMessage(129, LogLevel.Information, "Stopped after step {Step}")]
    private partial void LogStopped(int step);

    [LoggerMessage(
        140,
        LogLevel.Warning,
        "The checkpoint was made with {Kept} threads: the run keeps that count, not {Asked}, to go on bit-exactly")]
    private partial void LogThreadsKept(int kept, int asked);

    [LoggerMessage(130, LogLevel.Error, "Out of memory")]
    private partial void LogOutOfMemory(Exception exception);
}
