using WrnCloud.Architecture;

namespace WrnCloud.TrainingBench;

internal static class Networks
{
    /// <summary>Images of the peer's and of our training set.</summary>
    public const int Images = 4096;

    /// <summary>The network that photographs are fine-tuned with: stem and the first two groups frozen, at 224×224.</summary>
    public const string FineTuned = "ResNet-2-2-2-3";

    /// <summary>Training images of CIFAR.</summary>
    public const int CifarImages = 50_000;

    // A multiply-accumulate is two operations, and the backward pass is twice the forward one.
    private const double OperationsPerMac = 6;

    public static NetworkSpec Spec(string name) =>
        NetworkSpec.TryParse(name, out var spec, out var problem) ? spec : throw new ArgumentException(problem, nameof(name));

    /// <summary>Images of the training set: few of large ones.</summary>
    public static int ImagesOf(string name) => Spec(name) is ImageNetResNetSpec ? Images / 32 : Images;

    /// <summary>Floating-point operations of training one image, as if nothing were frozen.</summary>
    public static double OperationsPerImage(string name) => OperationsPerMac * Spec(name).MultiplyAccumulates(10);

    /// <summary>Images of a step that a CPU gets through in a few seconds.</summary>
    public static int CpuBatch(string name) => Spec(name).MultiplyAccumulates(10) > 1_500_000_000 ? 32 : 128;
}
