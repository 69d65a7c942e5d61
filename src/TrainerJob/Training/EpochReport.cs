namespace WrnCloud.TrainerJob.Training;

/// <summary>An epoch, or the part of it before the step limit, done and evaluated.</summary>
/// <param name="Epoch">1-based.</param>
/// <param name="Step">Steps done so far.</param>
/// <param name="TrainLoss">Mean of the epoch's training losses, label smoothing included.</param>
/// <param name="Evaluation">The network on the validation images, or where there are none on the test set.</param>
/// <param name="EvaluationSeconds">How long the evaluation took.</param>
public sealed record EpochReport(int Epoch, int Step, double TrainLoss, EvaluationResult Evaluation, double EvaluationSeconds);
