using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Checkpoints;

namespace WrnCloud.TrainerJob.Training;

/// <summary>
/// Whether a run ends before its schedule: a pure function of the settings and of what the checkpoint knows, so that a resumed run decides alike.
/// </summary>
internal static class EarlyStop
{
    /// <summary>The position after an epoch's evaluation.</summary>
    public static CheckpointPosition Count(CheckpointPosition position, EvaluationResult result)
    {
        var stale = result.Top1 > position.BestTop1 ? 0 : position.StaleEpochs + 1;
        return BestWeights.IsBetter(position, result)
            ? position with { BestTop1 = result.Top1, BestLoss = result.Loss, StaleEpochs = stale }
            : position with { StaleEpochs = stale };
    }

    /// <summary>True when the target is reached or the patience is used up.</summary>
    public static bool IsDue(TrainingSettings settings, CheckpointPosition position) =>
        (settings.TargetTop1 is { } target && position.BestTop1 >= target) || (settings.Patience > 0 && position.StaleEpochs >= settings.Patience);
}
