using WrnCloud.Jobs;
using WrnCloud.Storage;
using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>
/// An epoch's evaluation in full, <c>jobs/{id}/attempts/{n}/evaluations/{step, 10 digits}.json</c>; the curves are in the metrics file.
/// </summary>
/// <param name="Schema">Version of this form, 1.</param>
/// <param name="Epoch">1-based.</param>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="Loss">Mean cross entropy on the validation images, or where there are none on the test set.</param>
/// <param name="Top1">0 to 1.</param>
/// <param name="Top5">0 to 1.</param>
/// <param name="PerClass">Share that is right, by class index; null for a class without images.</param>
/// <param name="Confusion">Classes×classes counts, row-major: row the label, column the prediction.</param>
internal sealed record EvaluationFile(
    int Schema, int Epoch, int Step, double Loss, double Top1, double Top5, IReadOnlyList<double?> PerClass, IReadOnlyList<int> Confusion)
{
    /// <summary>An epoch's file.</summary>
    public static EvaluationFile Of(EpochReport report)
    {
        var result = report.Evaluation;
        return new EvaluationFile(
            1, report.Epoch, report.Step, result.Loss, result.Top1, result.Top5, result.PerClass(), result.Confusion);
    }

    /// <summary>Where it lies.</summary>
    public BlobName NameFor(Job job) => JobStore.AttemptFolder(job.Id, job.Attempt).Child("evaluations", $"{Step:D10}.json");
}
