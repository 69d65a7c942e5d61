using TorchSharp;
using WrnCloud.Errors;
using WrnCloud.TrainerJob.Data;
using WrnCloud.TrainerJob.Network;
using WrnCloud.TrainerJob.Runtime;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Compares a network's logits on its GPU with those of the CPU before anything is trained:
/// a driver that does not go with libtorch can compute nonsense without a word, and hours of it would be paid for.
/// </summary>
internal static class DeviceCheck
{
    /// <summary>
    /// Largest difference that passes, by the largest logit: tensor cores keep ten bits of mantissa, and their errors add up over the layers.
    /// </summary>
    public const double Tolerance = 0.05;

    private const int Images = 2;

    /// <summary>Looks at the first training images on both; does nothing for a network on the CPU.</summary>
    /// <param name="network">With the weights that it starts from.</param>
    /// <param name="plan">Its images and their preprocessing.</param>
    /// <exception cref="WrnException">The logits differ.</exception>
    public static void Require(ImageClassifier network, TrainingPlan plan)
    {
        if (network.Device.type == DeviceType.CPU) return;
        var difference = OwnThread.Run(() =>
        {
            using var onCpu = network.CopyToCpu();
            return Difference(onCpu, network, plan);
        });
        if (!(difference <= Tolerance))
        {
            throw new WrnException(
                ErrorCatalogue.DeviceWrong,
                $"The logits of {network.Spec.Name} on the GPU differ from the CPU's by {difference:P1} of the largest; "
                    + $"up to {Tolerance:P0} is rounding.");
        }
    }

    /// <summary>
    /// Largest difference of two networks' logits of the first training images in float32, by the largest of the first network's;
    /// NaN where there is one.
    /// </summary>
    internal static double Difference(ImageClassifier reference, ImageClassifier network, TrainingPlan plan)
    {
        using var scope = NewDisposeScope();
        int[] positions = [.. Enumerable.Range(0, Math.Min(Images, plan.TrainEvaluated.Count))];
        var images = new BatchAssembler(plan.TrainEvaluated, plan.Preprocessor).Images(positions, Augmentation.None, 0, 0);
        var (expected, actual) = (Logits(reference, images), Logits(network, images));
        return ((actual - expected).abs().max() / expected.abs().max()).item<float>();
    }

    private static Tensor Logits(ImageClassifier network, Tensor images)
    {
        using var mode = inference_mode();
        var training = network.training;
        network.eval();
        var logits = network.call(images.to(network.Device)).cpu();
        network.train(training);
        return logits;
    }
}
