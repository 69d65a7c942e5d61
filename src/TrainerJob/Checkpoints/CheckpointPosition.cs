using WrnCloud.Jobs;

namespace WrnCloud.TrainerJob.Checkpoints;

/// <summary>
/// Where a run stands, for the checkpoint's manifest.
/// There is no generator state beside the seed:
/// every draw is a pure function of the seed and of the epoch and image (order, augmentation) or the step (dropout, mixup).
/// </summary>
/// <param name="Epoch">Whole epochs done and evaluated.</param>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="LossSum">Sum of the losses of the current epoch's steps done so far.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Threads">libtorch's CPU threads: part of what makes a resumed run bit-exact.</param>
/// <param name="Precision">The resolved precision, float32 or bfloat16, which a resumed run keeps.</param>
/// <param name="BestTop1">Best top-1 of an epoch so far, 0 to 1.</param>
/// <param name="StaleEpochs">Epochs since then.</param>
/// <param name="Epochs">
/// Epochs of the schedule where fewer than the recipe's fit into the time; null where that is not the question, or not decided yet.
/// </param>
/// <param name="BestLoss">That epoch's loss, and the least of those of equal top-1; null in checkpoints from before it was kept.</param>
public sealed record CheckpointPosition(
    int Epoch, int Step, double LossSum, long Seed, int Threads, Precision Precision, double BestTop1 = 0, int StaleEpochs = 0,
    double? BestLoss = null, int? Epochs = null);
