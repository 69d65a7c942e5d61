using WrnCloud.TrainerJob.Checkpoints;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Hears of a run's progress. Called on the training thread, which waits for the returned task: what takes long is queued, not awaited.
/// </summary>
public interface ITrainingObserver
{
    /// <summary>After every optimizer step.</summary>
    ValueTask OnStepAsync(StepReport report);

    /// <summary>After every epoch's evaluation, before its checkpoint.</summary>
    ValueTask OnEpochAsync(EpochReport report);

    /// <summary>At every epoch's end, at the step limit and when stopped. The bytes are copies: training goes on beside their upload.</summary>
    ValueTask OnCheckpointAsync(CheckpointFiles files);
}
