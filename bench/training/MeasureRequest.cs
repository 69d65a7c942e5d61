using WrnCloud.Jobs;

namespace WrnCloud.TrainingBench;

/// <summary>What a process of its own is to measure, so that memory and processor time are the operating system's numbers.</summary>
/// <param name="Kind">What.</param>
/// <param name="Network">The network.</param>
/// <param name="Batch">Images of a step.</param>
/// <param name="Seconds">How long, at least three steps.</param>
/// <param name="Threads">libtorch's threads.</param>
/// <param name="Precision">Arithmetic.</param>
internal sealed record MeasureRequest(MeasureKind Kind, string Network, int Batch, double Seconds, int Threads, Precision Precision)
{
    /// <summary>Steps of the measurement of memory.</summary>
    public int Steps { get; init; } = 1000;
}
