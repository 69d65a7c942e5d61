namespace WrnCloud.TrainerJob.Training;

/// <summary>The network on a labelled set.</summary>
/// <param name="Loss">Mean cross entropy, without label smoothing.</param>
/// <param name="Top1">Share of images whose class is the most probable one, 0 to 1.</param>
/// <param name="Top5">Share of images whose class is among the five most probable ones, 0 to 1.</param>
/// <param name="Confusion">Classes×classes counts, row-major: row the label, column the prediction.</param>
public sealed record EvaluationResult(double Loss, double Top1, double Top5, IReadOnlyList<int> Confusion);
