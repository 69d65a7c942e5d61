namespace WrnCloud.Evaluation;

/// <summary>The classifier's inputs for labelled pictures.</summary>
/// <param name="Values">N×D, row-major.</param>
/// <param name="Labels">N.</param>
/// <param name="Dimension">D.</param>
public sealed record ImageFeatures(ReadOnlyMemory<float> Values, IReadOnlyList<int> Labels, int Dimension)
{
    /// <summary>Of so many pictures at most features are kept: enough for the means of classes.</summary>
    public const int MostImages = 2_000;

    /// <summary>N.</summary>
    public int Count => Labels.Count;

    /// <summary>The features of one picture.</summary>
    public ReadOnlySpan<float> Row(int index) => Values.Span.Slice(index * Dimension, Dimension);
}
