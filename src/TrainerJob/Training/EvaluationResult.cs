namespace WrnCloud.TrainerJob.Training;

/// <summary>The network on a labelled set.</summary>
/// <param name="Loss">Mean cross entropy, without label smoothing.</param>
/// <param name="Top1">Share of images whose class is the most probable one, 0 to 1.</param>
/// <param name="Top5">Share of images whose class is among the five most probable ones, 0 to 1.</param>
/// <param name="Confusion">Classes×classes counts, row-major: row the label, column the prediction.</param>
public sealed record EvaluationResult(double Loss, double Top1, double Top5, IReadOnlyList<int> Confusion)
{
    /// <summary>Share of each class's images that are classified rightly, by class index; null for a class without images.</summary>
    public IReadOnlyList<double?> PerClass()
    {
        var classes = (int)Math.Sqrt(Confusion.Count);
        var shares = new double?[classes];
        for (var c = 0; c < classes; c++)
        {
            var total = 0;
            for (var p = 0; p < classes; p++) total += Confusion[(c * classes) + p];
            if (total > 0) shares[c] = (double)Confusion[(c * classes) + c] / total;
        }

        return shares;
    }
}
