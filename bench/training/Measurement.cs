namespace WrnCloud.TrainingBench;

/// <summary>What one process measured of its training.</summary>
/// <param name="ImagesPerSecond">Images trained in a second, warm-up left out.</param>
/// <param name="CpuSecondsPerImage">Processor time of the whole process for one image, warm-up left out.</param>
/// <param name="PeakRssBytes">The largest resident set of the process.</param>
/// <param name="Threads">The library's threads.</param>
/// <param name="Precision">fp32 or bf16, as it was resolved.</param>
/// <param name="Library">Name and version.</param>
internal sealed record Measurement(
    double ImagesPerSecond, double CpuSecondsPerImage, long PeakRssBytes, int Threads, string Precision, string Library)
{
    /// <summary>The most memory of the device in use meanwhile; null on a CPU.</summary>
    public long? PeakDeviceBytes { get; init; }
}
