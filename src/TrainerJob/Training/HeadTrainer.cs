using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using WrnCloud.Errors;
using WrnCloud.Evaluation;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Fits a linear classifier on the features of a frozen network. The training images are looked at once, and mirrored once more; which penalty, and how good
/// the result is, cross-validation over all of them tells, so that none need be set apart. There is no checkpoint: what is done in minutes is done again.
/// </summary>
internal sealed partial class HeadTrainer : ITrainer
{
    // Ten parts of a few hundred images leave enough to fit to; of many images fewer parts are as good.
    private const int FewImages = 1_000;
    private const int FoldsOfFew = 10;
    private const int FoldsOfMany = 3;

    private readonly TrainingPlan _plan;
    private readonly ITrainingObserver _observer;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;

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
        catch (ExternalException e) when (e.Message.Contains("memory", StringComparison.OrdinalIgnoreCase))
        {
            return new TrainingOutcome.Failed(ErrorCatalogue.OutOfMemory.Code, $"{_plan.Spec.Name} does not fit into the memory of this machine.");
        }
    }

    // In an order that mixes the classes, so that the part that a time limit leaves has some of each.
    private SeenImages Look(CancellationToken stop, CancellationToken timeUp)
    {
        var type = Precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        using var extractor = new FeatureExtractor(Network, _plan.Train, _plan.Preprocessor, type);
        var batches = EpochOrder.Shuffle(_plan.Train.Count, _plan.Seed, 0).Chunk(extractor.BatchSize).ToList();
        var (plain, mirrored, labels) = (new List<Tensor>(), new List<Tensor>(), new List<long>());
        var meter = new ThroughputMeter(_clock);
        foreach (var positions in batches)
        {
            stop.ThrowIfCancellationRequested();
            if (timeUp.IsCancellationRequested && plain.Count > 0) break;
            meter.Start();
            var (first, second) = extractor.Extract(positions);
            meter.Stop();
            plain.Add(first);
            mirrored.Add(second);
            labels.AddRange(positions.Select(p => (long)_plan.Train.Label(p)));
            Report(plain.Count, batches.Count + 1, double.NaN, 2 * positions.Length / meter.SecondsPerStep, (batches.Count - plain.Count) * meter.SecondsPerStep);
        }

        return new SeenImages(cat(plain, 0), cat(mirrored, 0), [.. labels], plain.Count, plain.Count < batches.Count);
    }

    private TrainingOutcome Fit(SeenImages seen, CancellationToken stop)
    {
        var classes = _plan.Train.Classes.Count;
        if (seen.Labels.Distinct().Count() < 2) return new TrainingOutcome.Failed(ErrorCatalogue.TimeLimit.Code, "The time was up before images of two classes had been seen.");

        // All features have a scale in common, so that one penalty suits them.
        var mean = seen.Plain.mean([0], keepdim: true);
        var deviation = Math.Max(1e-6, (seen.Plain - mean).square().mean().sqrt().item<float>());
        Tensor[] views = [(seen.Plain - mean) / deviation, (seen.Mirrored - mean) / deviation];
        var labels = tensor(seen.Labels);
        var choice = HeadChoice.Of(views, labels, classes, seen.Labels.Length <= FewImages ? FoldsOfFew : FoldsOfMany, _plan.Seed, stop);
        var fit = new HeadFit(cat(views, 0), cat([labels, labels], 0), classes);
        var weights = fit.Fit(choice.Penalty, null, HeadFit.Converged, stop);
        SetHead(weights, mean, deviation);
        var trainLoss = nn.functional.cross_entropy(HeadFit.Logits(views[0], weights), labels).item<float>();
        var chosen = EvaluationResult.Of(choice.Logits.data<float>().ToArray(), seen.Labels, classes);
        LogFitted(choice.Penalty, fit.Iterations, chosen.Top1);
        var steps = seen.Batches + 1;
        Report(steps, steps, trainLoss, 0, 0);
        OwnThread.Wait(_observer.OnEpochAsync(new EpochReport(1, steps, trainLoss, chosen, 0)));
        var test = new Evaluator(_plan.Test, _plan.Preprocessor).Evaluate(Network, ScalarType.Float32, Network.Device, stop);
        return new TrainingOutcome.Completed(steps, trainLoss, test) { Validation = chosen, Trained = Kept(seen), IsTimeUp = seen.IsPart };
    }

    private static ImageFeatures Kept(SeenImages seen)
    {
        var count = Math.Min(seen.Labels.Length, ImageFeatures.MostImages);
        return new ImageFeatures(seen.Plain.slice(0, 0, count, 1).contiguous().data<float>().ToArray(), [.. seen.Labels.Take(count).Select(l => (int)l)], (int)seen.Plain.shape[1]);
    }

    // W·(x − mean) / deviation + b, as one product of the features as they are.
    private void SetHead(Tensor weights, Tensor mean, double deviation)
    {
        var inputs = weights.shape[1] - 1;
        var scaled = weights.slice(1, 0, inputs, 1) / deviation;
        Network.Classifier.Weight.copy_(scaled);
        Network.Classifier.Bias.copy_(weights.select(1, inputs) - scaled.mm(mean.t()).squeeze(1));
    }

    private void Report(int step, int steps, double loss, double imagesPerSecond, double etaSeconds) =>
        OwnThread.Wait(_observer.OnStepAsync(new StepReport(1, 1, step, steps, imagesPerSecond, loss, 0, etaSeconds, EvaluationFollows: true)));

    [LoggerMessage(Level = LogLevel.Information, Message = "Fitting a classifier on the features of {Network} on {Platform} in {Precision}, {Images} images")]
    private partial void LogStarted(string network, ComputePlatform platform, Precision precision, int images);

    [LoggerMessage(Level = LogLevel.Information, Message = "Penalty {Penalty:g3}, {Iterations} iterations, cross-validated top-1 {Top1:P2}")]
    private partial void LogFitted(double penalty, int iterations, double top1);

    private sealed record SeenImages(Tensor Plain, Tensor Mirrored, long[] Labels, int Batches, bool IsPart);
}
