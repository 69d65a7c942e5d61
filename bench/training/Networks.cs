using WrnCloud.Architecture;

namespace WrnCloud.TrainingBench;

internal static class Networks
{
    /// <summary>Images of the peer's and of our training set.</summary>
    public const int Images = 4096;

    /// <summary>Training images of CIFAR.</summary>
    public const int CifarImages = 50_000;

    // A multiply-accumulate is two operations, and the backward pass is twice the forward one.
    private const double OperationsPerMac = 6;

    public static NetworkSpec Spec(string name) => NetworkSpec.TryParse(name, out var spec, out var problem) ? spec : throw new ArgumentException(problem, nameof(name));

    /// <summary>Floating-point operations of training one image.</summary>
    public static double OperationsPerImage(string name) => OperationsPerMac * Spec(name).MultiplyAccumulates(10);

    /// <summary>Images of a step that a CPU gets through in a few seconds.</summary>
    public static int CpuBatch(string name) => Spec(name).MultiplyAccumulates(10) > 2_000_000_000 ? 32 : 128;
}
