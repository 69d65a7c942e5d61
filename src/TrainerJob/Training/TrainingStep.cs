using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// One optimizer step: the batch of its number, forward, backward, update. Everything random in it is a pure function of seed and step.
/// </summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly FrozenPart _frozen;
    private readonly SgdOptimizer _optimizer;
    private readonly WeightAverage? _average;
    private readonly BatchAssembler _batches;
    private readonly BatchPrefetcher _ahead;
    private readonly Augmentation _augmentation;
    private readonly Device _device;
    private readonly Tensor? _classWeights;
    private WhitenedImages? _whitened;
    private int[] _order = [];
    private int _orderEpoch = -1;
    private TrainingSettings _schedule;

    public TrainingStep(TrainingPlan plan, ImageClassifier network, FrozenPart frozen, SgdOptimizer optimizer, WeightAverage? average)
    {
        (_plan, _frozen, _optimizer, _average, _device) = (plan, frozen, optimizer, average, network.Device);
        _schedule = plan.Settings;
        _batches = new BatchAssembler(plan.Train, plan.Preprocessor, plan.Spec.ImageSize);
        _augmentation = Augmentation.Of(plan.Settings);
        _classWeights = plan.ClassWeights is { } weights ? tensor(weights, device: _device).DetachFromDisposeScope() : null;
        _ahead = new BatchPrefetcher(Assemble);
    }

    /// <summary>Images of a step.</summary>
    public int BatchLength => Math.Min(_plan.Settings.BatchSize, _plan.Train.Count);

    /// <summary>Trains the step with this 0-based number.</summary>
    /// <param name="step">The step.</param>
    /// <param name="end">The run's end: no batch is assembled for this step.</param>
    /// <param name="type">What the convolutions compute in.</param>
    /// <param name="settings">The plan's, with as many epochs as are trained.</param>
    /// <returns>The batch's mean loss.</returns>
    public double Run(int step, int end, ScalarType type, TrainingSettings settings)
    {
        _schedule = settings;
        if (LearningRate.DropsAt(settings, step, _plan.StepsPerEpoch)) _optimizer.ResetMomentum();
        using var scope = NewDisposeScope();

        // On the CPU a thread beside libtorch's own would take a core from a step whose threads wait for one another;
        // assembling takes a thousandth of a step.
        using var batch = _ahead.Take(step, _device.type == TorchSharp.DeviceType.CUDA ? end : step);
        if (settings.Dropout > 0) manual_seed(unchecked((long)new SplitMix64(_plan.Seed, step, -2).Next()));
        var images = batch.Images.to(type, _device, non_blocking: true);
        var labels = batch.Labels.to(_device, non_blocking: true);
        var mixup = Mixup.Draw(settings.Mixup, _plan.Seed, step, BatchLength);
        var pass = _frozen.Train(mixup?.Blend(images) ?? images);
        var loss = mixup?.Loss(pass.Logits, labels, settings.LabelSmoothing, _classWeights)
            ?? nn.functional.cross_entropy(pass.Logits, labels, _classWeights, label_smoothing: settings.LabelSmoothing);
        pass.Backward(loss);
        _optimizer.Step(LearningRate.At(settings, step, _plan.StepsPerEpoch));
        _average?.Update(step);
        return loss.item<float>();
    }

    public void Dispose()
    {
        _ahead.Dispose();
        _whitened?.Dispose();
        _classWeights?.Dispose();
    }

    private TrainingBatch Assemble(int step)
    {
        _whitened ??= _batches.WhitenAhead();
        var epoch = step / _plan.StepsPerEpoch;
        var positions = Order(epoch).AsSpan(step % _plan.StepsPerEpoch * _plan.Settings.BatchSize, BatchLength);
        var size = ProgressiveSize.At(_schedule, _plan.Spec.ImageSize, epoch);
        var batch = new TrainingBatch(_batches.Images(positions, _augmentation, _plan.Seed, epoch, size), _batches.Labels(positions));
        return _device.type == TorchSharp.DeviceType.CUDA ? batch.Pin() : batch;
    }

    private int[] Order(int epoch)
    {
        if (_orderEpoch == epoch) return _order;
        (_order, _orderEpoch) = (EpochOrder.Shuffle(_plan.Train.Count, _plan.Seed, epoch), epoch);
        return _order;
    }
}
