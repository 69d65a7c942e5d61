using System.Runtime.InteropServices;

namespace WrnCloud.Evaluation;

/// <summary>A classifier's answer for one labelled picture.</summary>
/// <param name="Truth">The label's index.</param>
/// <param name="Predicted">Index of the most probable class; of equal ones the first.</param>
/// <param name="P">Its probability, 0 to 1.</param>
/// <param name="TruthP">The probability of the label, 0 to 1.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Answer(int Truth, int Predicted, double P, double TruthP)
{
    /// <summary>Whether the label was the most probable class.</summary>
    public bool IsRight => Truth == Predicted;

    /// <summary>The answers to a set. What is no number is a probability of 0.</summary>
    /// <param name="logits">N×C.</param>
    /// <param name="labels">N.</param>
    /// <param name="classes">C.</param>
    /// <param name="temperature">What the logits are divided by before the softmax.</param>
    public static IReadOnlyList<Answer> Of(ReadOnlySpan<float> logits, IReadOnlyList<int> labels, int classes, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var answers = new Answer[labels.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            var row = logits.Slice(i * classes, classes);
            var predicted = 0;
            for (var c = 1; c < classes; c++) predicted = row[c] > row[predicted] ? c : predicted;
            var sum = 0.0;
            foreach (var logit in row) sum += Math.Exp((logit - row[predicted]) / temperature);
            var truth = Math.Exp((row[labels[i]] - row[predicted]) / temperature) / sum;
            answers[i] = new Answer(labels[i], predicted, double.IsNaN(sum) ? 0 : 1 / sum, double.IsNaN(truth) ? 0 : truth);
        }

        return answers;
    }
}
