using WrnCloud.Evaluation;

namespace WrnCloud.TrainerJob.Training;

/// <summary>The network on a labelled set.</summary>
/// <param name="Loss">Mean cross entropy, without label smoothing.</param>
/// <param name="Top1">Share of images whose class is the most probable one, 0 to 1.</param>
/// <param name="Top5">Share of images whose class is among the five most probable ones, 0 to 1.</param>
/// <param name="Confusion">Classes×classes counts, row-major: row the label, column the prediction.</param>
public sealed record EvaluationResult(double Loss, double Top1, double Top5, IReadOnlyList<int> Confusion)
{
    private const int TopCount = 5;

    /// <summary>N×classes logits in the set's order; null where only the figures are known.</summary>
    public ReadOnlyMemory<float>? Logits { get; init; }

    /// <summary>The label of each image, in the same order.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <summary>The classifier's inputs for the first images; null when unknown.</summary>
    public ImageFeatures? Features { get; init; }

    /// <summary>Whether the logits were computed in float32 on the CPU, as the exported model's are.</summary>
    public bool IsReference { get; init; }

    /// <summary>Counts predictions.</summary>
    /// <param name="logits">N×classes.</param>
    /// <param name="labels">N.</param>
    /// <param name="classes">Number of classes.</param>
    public static EvaluationResult Of(ReadOnlySpan<float> logits, ReadOnlySpan<long> labels, int classes)
    {
        var confusion = new int[classes * classes];
        double loss = 0;
        int top1 = 0, top5 = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var row = logits.Slice(i * classes, classes);
            int label = (int)labels[i], predicted = 0, above = 0;
            double highest = double.NegativeInfinity, sum = 0;
            for (var c = 0; c < classes; c++)
            {
                if (row[c] > row[label]) above++;
                if (row[c] <= highest) continue;
                highest = row[c];
                predicted = c;
            }

            foreach (var logit in row) sum += Math.Exp(logit - highest);
            loss += Math.Log(sum) + highest - row[label];
            if (predicted == label) top1++;
            if (above < TopCount) top5++;
            confusion[(label * classes) + predicted]++;
        }

        double count = labels.Length;
        var truths = new int[labels.Length];
        for (var i = 0; i < truths.Length; i++) truths[i] = (int)labels[i];
        return new EvaluationResult(loss / count, top1 / count, top5 / count, confusion) { Logits = logits.ToArray(), Labels = truths };
    }

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
