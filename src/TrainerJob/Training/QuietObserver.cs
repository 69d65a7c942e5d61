using WrnCloud.TrainerJob.Checkpoints;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Passes a stage's progress on as that of step 0 of the whole run, and keeps its epochs and checkpoints to itself:
/// the stage is done anew when it is interrupted.
/// </summary>
internal sealed class QuietObserver(ITrainingObserver observer) : ITrainingObserver
{
    public ValueTask OnStepAsync(StepReport report) => observer.OnStepAsync(
        new StepReport(0, 1, 0, 1, report.ImagesPerSecond, double.NaN, 0, report.EtaSeconds, EvaluationFollows: true));

    public ValueTask OnEpochAsync(EpochReport report) => ValueTask.CompletedTask;

    public ValueTask OnCheckpointAsync(CheckpointFiles files) => ValueTask.CompletedTask;
}
