using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Fits a linear classifier on the features of a frozen network. Each training image is looked at once; which penalty, and how good the result is,
/// cross-validation over all of them tells, so that none need be set apart. There is no checkpoint: what is done in minutes is done again.
/// </summary>
internal sealed partial class HeadTrainer : ITrainer
{
    private readonly TrainingPlan _plan;
    private readonly ITrainingObserver _observer;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private int _batches;

    /// <summary>Builds the network and prepares the process.</summary>
    /// <param name="plan">What to train; its images are seen as they are.</param>
    /// <param name="observer">Hears of it.</param>
    /// <param name="clock">For rates.</param>
    /// <param name="logger">For the log.</param>
    public HeadTrainer(TrainingPlan plan, ITrainingObserver observer, TimeProvider clock, ILogger logger)
    {
        (_plan, _observer, _clock, _logger) = (plan, observer, clock, logger);
        Platform = NativeRuntime.Prepare(plan.Threads);
        Precision = Platform.Resolve(plan.Settings.Precision);
        Network = OwnThread.Run(() => ImageClassifier.Create(plan.Spec, plan.Train.Classes.Count, 0, plan.Seed, device(Platform.Device)));
    }

    /// <inheritdoc/>
    public ImageClassifier Network { get; }

    /// <inheritdoc/>
    public TrainingPlan Plan => _plan;

    /// <inheritdoc/>
    public ComputePlatform Platform { get; }

    /// <inheritdoc/>
    public Precision Precision { get; }

    /// <inheritdoc/>
    public void Initialise(ReadOnlyMemory<byte> weights, bool newHead) => InitialWeights.Load(weights, Network, newHead);

    /// <inheritdoc/>
    public void Restore(CheckpointFiles checkpoint) => throw new CheckpointException("A fit of the classifier alone has no checkpoints.");

    /// <inheritdoc/>
    public Task<TrainingOutcome> RunAsync(CheckpointFiles? resume, CancellationToken stop, CancellationToken timeUp = default) =>
        OwnThread.RunAsync("training", () => Run(stop, timeUp));

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();

    private TrainingOutcome Run(CancellationToken stop, CancellationToken timeUp)
    {
        set_num_threads(_plan.Threads);
        LogStarted(_plan.Spec.Name, Platform, Precision, _plan.Train.Count);
        try
        {
            using var scope = NewDisposeScope();
            using var gradients = no_grad();
            Network.eval();
            var seen = Look(stop, timeUp);
            return Fit(seen, stop);
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

    private FeatureSet Look(CancellationToken stop, CancellationToken timeUp)
    {
        var look = new FeatureLook(Precision.ToScalarType(), _plan.Seed, _clock, _plan.Features);
        return FeatureSet.Of(Network, _plan.Train, _plan.Preprocessor, look, Report, stop, timeUp);

        void Report(FeatureProgress p)
        {
            _batches = p.Done;
            this.Report(p.Done, p.Batches + 1, double.NaN, p.ImagesPerSecond, p.EtaSeconds);
        }
    }

    private TrainingOutcome Fit(FeatureSet seen, CancellationToken stop)
    {
        var classes = _plan.Train.Classes.Count;
        if (seen.Labels.Distinct().Count() < 2) return TrainingFailure.NothingSeen();
        var head = FittedHead.Of(seen, classes, _plan.ClassWeights, _plan.Seed, stop);
        head.CopyTo(Network.Classifier);
        var chosen = EvaluationResult.Of(head.Judged, seen.Labels, classes);
        LogFitted(head.Penalty, head.Iterations, chosen.Top1);
        var steps = _batches + 1;
        Report(steps, steps, head.TrainLoss, 0, 0);
        OwnThread.Wait(_observer.OnEpochAsync(new EpochReport(1, steps, head.TrainLoss, chosen, 0)));
        var test = new Evaluator(_plan.Test, _plan.Preprocessor).Evaluate(Network, ScalarType.Float32, Network.Device, stop);
        return new TrainingOutcome.Completed(steps, head.TrainLoss, test) { Validation = chosen, Trained = seen.Kept(), IsTimeUp = seen.IsPart };
    }

    private void Report(int step, int steps, double loss, double imagesPerSecond, double etaSeconds) =>
        OwnThread.Wait(_observer.OnStepAsync(new StepReport(1, 1, step, steps, imagesPerSecond, loss, 0, etaSeconds, EvaluationFollows: true)));

    [LoggerMessage(
        139,
        LogLevel.Information,
        "Fitting a classifier on the features of {Network} on {Platform} in {Precision}, {Images} images")]
    private partial void LogStarted(string network, ComputePlatform platform, Precision precision, int images);

    [LoggerMessage(125, LogLevel.Information, "Penalty {Penalty:g3}, {Iterations} iterations, cross-validated top-1 {Top1:P2}")]
    private partial void LogFitted(double penalty, int iterations, double top1);
}
