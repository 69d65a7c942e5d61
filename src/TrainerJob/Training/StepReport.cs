namespace WrnCloud.TrainerJob.Training;

/// <summary>One optimizer step done.</summary>
/// <param name="Epoch">1-based epoch of the step.</param>
/// <param name="Epochs">Epochs of the schedule.</param>
/// <param name="Step">Steps done so far, this one included.</param>
/// <param name="Steps">Steps of the whole run, the step limit included.</param>
/// <param name="ImagesPerSecond">Moving average over the last steps, evaluation not counted.</param>
/// <param name="Loss">The batch's mean training loss; not a number for a step that has none.</param>
/// <param name="LearningRate">The step's learning rate.</param>
/// <param name="EtaSeconds">Expected seconds to the end of training, evaluations included.</param>
/// <param name="EvaluationFollows">The test set is evaluated next, before any other step.</param>
public sealed record StepReport(
    int Epoch,
    int Epochs,
    int Step,
    int Steps,
    double ImagesPerSecond,
    double Loss,
    double LearningRate,
    double EtaSeconds,
    bool EvaluationFollows = false);
