namespace WrnCloud.Jobs;

/// <summary>A line of <c>metrics.jsonl</c>, keyed by (attempt, step).</summary>
/// <param name="Attempt">The attempt that measured it.</param>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="Epoch">Epochs begun, from 1.</param>
/// <param name="Loss">Mean training loss since the last point.</param>
/// <param name="LearningRate">Learning rate at this step.</param>
/// <param name="ImagesPerSecond">Training rate since the last point.</param>
/// <param name="TestLoss">Test loss, at an epoch's end.</param>
/// <param name="Top1">Test top-1 accuracy, at an epoch's end.</param>
/// <param name="Top5">Test top-5 accuracy, at an epoch's end.</param>
/// <param name="PerClass">Test accuracy by class index, at an epoch's end; null for a class without test images.</param>
public sealed record MetricPoint(
    int Attempt,
    long Step,
    int Epoch,
    double Loss,
    double LearningRate,
    double ImagesPerSecond,
    double? TestLoss = null,
    double? Top1 = null,
    double? Top5 = null,
    IReadOnlyList<double?>? PerClass = null);
