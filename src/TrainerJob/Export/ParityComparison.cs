namespace WrnCloud.TrainerJob.Export;

/// <summary>Adds up how two sets of class probabilities differ, batch after batch.</summary>
internal sealed class ParityComparison(int classes)
{
    private double _difference;
    private int _agreed;
    private int _untied;
    private int _right;
    private int _images;

    /// <summary>Takes one batch.</summary>
    /// <param name="expected">The network's probabilities, N×classes.</param>
    /// <param name="actual">The exported model's; any other number of values counts as an infinite difference.</param>
    /// <param name="labels">N labels.</param>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, ReadOnlySpan<int> labels)
    {
        _images += labels.Length;
        if (actual.Length != expected.Length)
        {
            _difference = double.PositiveInfinity;
            _untied += labels.Length;
            return;
        }

        for (var i = 0; i < labels.Length; i++) AddImage(expected.Slice(i * classes, classes), actual.Slice(i * classes, classes), labels[i]);
    }

    /// <summary>The report on what was taken.</summary>
    public ParityReport Report(bool sampled)
    {
        var agreement = _untied == 0 ? 1 : (double)_agreed / _untied;
        var passed = _difference <= ParityGate.Tolerance && agreement >= ParityGate.MinTop1Agreement;
        return new ParityReport(_difference, agreement, _images, sampled, _images == 0 ? 0 : (double)_right / _images, passed);
    }

    private void AddImage(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, int label)
    {
        // Math.Max lets NaN through, so that a model that computes NaN does not pass.
        for (var c = 0; c < classes; c++) _difference = Math.Max(_difference, Math.Abs((double)expected[c] - actual[c]));
        var best = IndexOfMax(expected);
        var found = IndexOfMax(actual);
        if (found == label) _right++;
        var second = float.NegativeInfinity;
        for (var c = 0; c < classes; c++) second = c == best ? second : Math.Max(second, expected[c]);
        if (expected[best] - second < ParityGate.Tolerance) return;
        _untied++;
        if (found == best) _agreed++;
    }

    private static int IndexOfMax(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var c = 1; c < values.Length; c++) best = values[c] > values[best] ? c : best;
        return best;
    }
}
