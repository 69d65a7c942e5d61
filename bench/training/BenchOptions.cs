namespace WrnCloud.TrainingBench;

/// <summary>What is measured.</summary>
/// <param name="Networks">Their names.</param>
/// <param name="Batch">Images of a step; null for one that suits the network.</param>
/// <param name="Rounds">Pairs of measurements.</param>
/// <param name="Seconds">Of each measurement.</param>
/// <param name="Threads">libtorch's threads, and the peer's at equal settings.</param>
/// <param name="Python">The interpreter that has PyTorch.</param>
/// <param name="MemorySteps">Steps of the measurement of memory.</param>
/// <param name="Quick">Whether to leave out what takes minutes at any length.</param>
internal sealed record BenchOptions(
    IReadOnlyList<string> Networks, int? Batch, int Rounds, double Seconds, int Threads, string Python, int MemorySteps, bool Quick);
