using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Trains one network. The whole state between two steps is the parameters, the running statistics, the momentum and the <see cref="CheckpointPosition"/>;
/// everything else is a pure function of the plan, so that a run resumed from any step is bit-exact on the CPU for a fixed thread count.
/// </summary>
public sealed partial class Trainer : IDisposable
{
    // Chance level is ln(classes), at most 5.5. No run comes back from here.
    private const double DivergedLoss = 1e3;

    private readonly TrainingPlan _plan;
    private readonly ITrainingObserver _observer;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly BatchAssembler _batches;
    private readonly Evaluator _evaluator;
    private readonly Augmentation _augmentation;
    private readonly SgdOptimizer _optimizer;
    private readonly ThroughputMeter _meter;
    private readonly Device _device;
    private CheckpointPosition _position;
    private double _evaluationSeconds;
    private int[] _order = [];
    private int _orderEpoch = -1;

    /// <summary>Builds the network and prepares the process (<see cref="NativeRuntime.Prepare"/>).</summary>
    /// <exception cref="ArgumentException">The images do not fit together or a set is empty.</exception>
    public Trainer(TrainingPlan plan, ITrainingObserver observer, TimeProvider clock, ILogger logger)
    {
        if (plan.Train.Count == 0 || plan.Test.Count == 0) throw new ArgumentException("Training and test set need at least one image each.", nameof(plan));
        if (plan.Train.Classes.Count != plan.Test.Classes.Count) throw new ArgumentException("Training and test set have the same classes.", nameof(plan));
        (_plan, _observer, _clock, _logger) = (plan, observer, clock, logger);
        Platform = NativeRuntime.Prepare(plan.Threads, clock);
        _device = device(Platform.Device);
        _batches = new BatchAssembler(plan.Train, plan.Statistics);
        _evaluator = new Evaluator(plan.Test, plan.Statistics);
        _augmentation = Augmentation.Of(plan.Settings);
        _meter = new ThroughputMeter(clock);
        Network = ImageClassifier.Create(plan.Spec, plan.Train.Classes.Count, plan.Settings.Dropout, plan.Seed, _device);
        _optimizer = new SgdOptimizer(Network.named_parameters(), plan.Settings);
        _position = new CheckpointPosition(0, 0, 0, plan.Seed, plan.Threads, Platform.Resolve(plan.Settings.Precision));
    }

    /// <summary>The network in its present state; disposed with the trainer. Not to be used while a run is going on.</summary>
    public ImageClassifier Network { get; }

    /// <summary>What the run computes on.</summary>
    public ComputePlatform Platform { get; }

    /// <summary>The precision of the run; a resumed run keeps the one with which it began.</summary>
    public Precision Precision => _position.Precision;

    /// <summary>
    /// Trains to the end of the schedule or to the step limit, on a thread of its own: OpenMP keeps one team of threads for each thread that calls it.
    /// When <paramref name="stop"/> is cancelled the step at hand is finished and the observer gets its checkpoint.
    /// </summary>
    /// <param name="resume">The checkpoint to go on from; null to start.</param>
    /// <param name="stop">Ends the run early.</param>
    /// <exception cref="CheckpointException">The checkpoint is damaged or another run's. The trainer is then still fit to run with another one.</exception>
    public Task<TrainingOutcome> RunAsync(CheckpointFiles? resume, CancellationToken stop)
    {
        var completion = new TaskCompletionSource<TrainingOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                completion.SetResult(Run(resume, stop));
            }
            catch (Exception e)
            {
                completion.SetException(e);
            }
        })
        { IsBackground = true, Name = "training" };
        thread.Start();
        return completion.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        Network.Dispose();
    }

    private TrainingOutcome Run(CheckpointFiles? resume, CancellationToken stop)
    {
        if (resume is not null) Restore(resume);
        set_num_threads(_position.Threads);
        LogStarted(_plan.Spec.Name, Platform, _position.Precision, _position.Step, LastStep);
        try
        {
            while (true)
            {
                if (stop.IsCancellationRequested) return StopHere();
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
        catch (ExternalException e) when (e.Message.Contains("memory", StringComparison.OrdinalIgnoreCase))
        {
            LogOutOfMemory(e);
            return new TrainingOutcome.Failed(
                ErrorCatalogue.OutOfMemory.Code, $"{_plan.Spec.Name} with batches of {_plan.Settings.BatchSize} images does not fit into the memory of this machine.");
        }
    }

    private int LastStep => Math.Min(_plan.Steps, _plan.Settings.MaxSteps ?? int.MaxValue);

    private bool EvaluationIsDue => _position.Step >= LastStep || _position.Step == (_position.Epoch + 1) * _plan.StepsPerEpoch;

    private TrainingOutcome.Failed? TrainOneStep()
    {
        _meter.Start();
        var (settings, step) = (_plan.Settings, _position.Step);
        var epoch = step / _plan.StepsPerEpoch;
        var rate = LearningRate.At(settings, step, _plan.StepsPerEpoch);
        if (LearningRate.DropsAt(settings, step, _plan.StepsPerEpoch)) _optimizer.ResetMomentum();
        var loss = Descend(epoch, step, rate);
        if (!double.IsFinite(loss) || loss > DivergedLoss) return Diverged(epoch + 1, $"the loss of step {step + 1} is {loss:g4}");
        _meter.Stop();
        _position = _position with { Step = step + 1, LossSum = (step % _plan.StepsPerEpoch == 0 ? 0 : _position.LossSum) + loss };
        Wait(_observer.OnStepAsync(new StepReport(
            epoch + 1, settings.Epochs, step + 1, LastStep, BatchLength / _meter.SecondsPerStep, loss, rate, EtaSeconds())));
        return null;
    }

    private double Descend(int epoch, int step, double rate)
    {
        using var scope = NewDisposeScope();
        if (_plan.Settings.Dropout > 0) manual_seed(unchecked((long)new SplitMix64(_plan.Seed, step, -2).Next()));
        var positions = Order(epoch).AsSpan(step % _plan.StepsPerEpoch * _plan.Settings.BatchSize, BatchLength);
        var images = _batches.Images(positions, _augmentation, _plan.Seed, epoch).to(ComputeType, _device);
        var labels = _batches.Labels(positions).to(_device);
        Network.train();
        var loss = nn.functional.cross_entropy(Network.call(images), labels, label_smoothing: _plan.Settings.LabelSmoothing);
        loss.backward();
        _optimizer.Step(rate);
        return loss.item<float>();
    }

    private TrainingOutcome? EvaluateAndSave(CancellationToken stop)
    {
        var atEnd = _position.Step >= LastStep;
        var stepsPerEpoch = _plan.StepsPerEpoch;
        var epoch = Math.Max(1, (_position.Step + stepsPerEpoch - 1) / stepsPerEpoch);
        var started = _clock.GetTimestamp();

        // The last evaluation is the one that counts: it has the arithmetic of the exported model.
        var test = _evaluator.Evaluate(Network, atEnd ? ScalarType.Float32 : ComputeType, _device, stop);
        _evaluationSeconds = _clock.GetElapsedTime(started).TotalSeconds;
        if (!double.IsFinite(test.Loss)) return Diverged(epoch, $"the test loss is {test.Loss}");
        _position = _position with { Epoch = _position.Step / stepsPerEpoch };
        var trainLoss = _position.LossSum / Math.Max(1, _position.Step - ((epoch - 1) * stepsPerEpoch));
        Wait(_observer.OnEpochAsync(new EpochReport(epoch, _position.Step, trainLoss, test, _evaluationSeconds)));
        Wait(_observer.OnCheckpointAsync(Snapshot()));
        return atEnd ? new TrainingOutcome.Completed(_position.Step, trainLoss, test) : null;
    }

    private TrainingOutcome.Stopped StopHere()
    {
        Wait(_observer.OnCheckpointAsync(Snapshot()));
        LogStopped(_position.Step);
        return new TrainingOutcome.Stopped(_position.Step);
    }

    private TrainingOutcome.Failed Diverged(int epoch, string what) =>
        new(ErrorCatalogue.LossDiverged.Code, $"Training diverged in epoch {epoch}: {what}. A lower learning rate than {_plan.Settings.LearningRate} may help.");

    private CheckpointFiles Snapshot()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt", ["network"] = _plan.Spec.Name };
        return new CheckpointFiles(
            new Dictionary<string, byte[]>(StringComparer.Ordinal)
            {
                [CheckpointFiles.ModelFile] = TensorArchive.Save(Network.NamedState(), metadata),
                [CheckpointFiles.OptimizerFile] = TensorArchive.Save(_optimizer.NamedMomenta, metadata),
            },
            _position);
    }

    /// <summary>Takes up a checkpoint: the next run goes on from it. Only while no run is going on.</summary>
    /// <exception cref="CheckpointException">It is damaged or another run's; nothing has changed, and another one may be tried.</exception>
    public void Restore(CheckpointFiles checkpoint)
    {
        var position = checkpoint.Position;
        if (position.Seed != _plan.Seed) throw new CheckpointException($"The checkpoint's seed is {position.Seed}, the run's {_plan.Seed}.");
        if (position.Precision == Precision.Auto || position.Threads < 1 || position.Step < 0 || position.Step > _plan.Steps
            || position.Epoch < 0 || position.Epoch > position.Step / _plan.StepsPerEpoch || position.Step > (position.Epoch + 1L) * _plan.StepsPerEpoch)
            throw new CheckpointException("The checkpoint's position does not fit the run.");
        if (!checkpoint.Files.TryGetValue(CheckpointFiles.ModelFile, out var model) || !checkpoint.Files.TryGetValue(CheckpointFiles.OptimizerFile, out var optimizer))
            throw new CheckpointException($"A checkpoint has {CheckpointFiles.ModelFile} and {CheckpointFiles.OptimizerFile}.");

        // Both are checked before either is taken, so that a refused checkpoint leaves the run as it was.
        TensorArchive.Check(optimizer, _optimizer.NamedMomenta);
        TensorArchive.Load(model, Network.NamedState());
        TensorArchive.Load(optimizer, _optimizer.NamedMomenta);
        if (position.Threads != _plan.Threads) LogThreadsKept(position.Threads, _plan.Threads);
        _position = position;
    }

    private int[] Order(int epoch)
    {
        if (_orderEpoch == epoch) return _order;
        (_order, _orderEpoch) = (EpochOrder.Shuffle(_plan.Train.Count, _plan.Seed, epoch), epoch);
        return _order;
    }

    private int BatchLength => Math.Min(_plan.Settings.BatchSize, _plan.Train.Count);

    private ScalarType ComputeType => _position.Precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;

    private double EtaSeconds()
    {
        var evaluations = ((LastStep + _plan.StepsPerEpoch - 1) / _plan.StepsPerEpoch) - _position.Epoch;
        return ((LastStep - _position.Step) * _meter.SecondsPerStep) + (evaluations * _evaluationSeconds);
    }

    // The training thread is ours, and the observer is asked not to keep it: blocking here holds up nobody else.
    private static void Wait(ValueTask task) => task.AsTask().GetAwaiter().GetResult();

    [LoggerMessage(Level = LogLevel.Information, Message = "Training {Network} on {Platform} in {Precision}, step {Step} of {Steps}")]
    private partial void LogStarted(string network, ComputePlatform platform, Precision precision, int step, int steps);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped after step {Step}")]
    private partial void LogStopped(int step);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The checkpoint was made with {Kept} threads: the run keeps that count, not {Asked}, to go on bit-exactly")]
    private partial void LogThreadsKept(int kept, int asked);

    [LoggerMessage(Level = LogLevel.Error, Message = "Out of memory")]
    private partial void LogOutOfMemory(Exception exception);
}
