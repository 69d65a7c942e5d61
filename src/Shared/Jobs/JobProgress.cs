namespace WrnCloud.Jobs;

/// <summary>How far a running job is.</summary>
/// <param name="Epoch">Epochs begun, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Step">Optimizer steps done over all attempts.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="ImagesPerSecond">Training rate over the last steps.</param>
/// <param name="Loss">Training loss, smoothed over the last steps; null while there is none, as when features are computed.</param>
/// <param name="Top1">
/// Accuracy after the last full epoch, on the validation images, or where there are none on the test set, 0 to 1; null before the first.
/// </param>
/// <param name="EtaSeconds">Seconds until training ends at this rate, export not counted.</param>
public sealed record JobProgress(
    int Epoch, int Epochs, long Step, long Steps, double ImagesPerSecond, double? Loss, double? Top1, double? EtaSeconds);
