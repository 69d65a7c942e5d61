using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Gives a pretrained network a classifier for its new classes before any of its weights change:
/// the gradients of a random one would spoil them first.
/// </summary>
internal static class HeadStart
{
    /// <summary>About what the first epoch of training takes, by what a look at one image takes, in seconds.</summary>
    public static double EpochSeconds(TrainingPlan plan, double secondsPerLook)
    {
        var side = ProgressiveSize.At(plan.Settings, plan.Spec.ImageSize, 0) / (double)plan.Spec.ImageSize;
        return plan.Train.Count * TrainingEstimate.LooksOfAStepPastAFrozenPart * side * side * secondsPerLook;
    }

    /// <summary>Fits the classifier to the training images as they are, and leaves it in the network.</summary>
    /// <param name="network">With its starting weights.</param>
    /// <param name="plan">What is trained.</param>
    /// <param name="looked">What it sees of the training images, where somebody looked already; null to look.</param>
    /// <param name="type">float32 or bfloat16.</param>
    /// <param name="observer">Hears of progress as of step 0.</param>
    /// <param name="clock">For rates.</param>
    /// <param name="stop">Ends it with an exception.</param>
    /// <param name="timeUp">Ends it with what has been seen until then.</param>
    /// <returns>Mean cross entropy on the training images.</returns>
    public static double Fit(
        ImageClassifier network,
        TrainingPlan plan,
        FeatureSet? looked,
        ScalarType type,
        ITrainingObserver observer,
        TimeProvider clock,
        CancellationToken stop,
        CancellationToken timeUp)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        network.eval();
        var look = new FeatureLook(type, plan.Seed, clock, plan.Features);
        var seen = looked ?? FeatureSet.Of(network, plan.TrainEvaluated, plan.Preprocessor, look, Tell, stop, timeUp);
        var head = FittedHead.Of(seen, plan.Train.Classes.Count, plan.ClassWeights, plan.Seed, stop);
        head.CopyTo(network.Classifier);
        Report(head.TrainLoss, 0, 0);
        return head.TrainLoss;

        void Tell(FeatureProgress p)
        {
            var training = plan.Settings.Epochs * p.Batches * TrainingEstimate.LooksOfAStepPastAFrozenPart
                * p.EtaSeconds / Math.Max(1, p.Batches - p.Done);
            Report(double.NaN, p.ImagesPerSecond, p.EtaSeconds + training);
        }

        void Report(double loss, double imagesPerSecond, double etaSeconds) => OwnThread.Wait(observer.OnStepAsync(
            new StepReport(0, plan.Settings.Epochs, 0, plan.Steps, imagesPerSecond, loss, 0, etaSeconds, EvaluationFollows: true)));
    }
}
