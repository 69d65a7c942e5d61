namespace WrnCloud.Evaluation;

/// <summary>How well one class is told from the others.</summary>
/// <param name="Class">Its name.</param>
/// <param name="Support">Its pictures in the set.</param>
/// <param name="Precision">The share of pictures said to be of the class that are; null where none was.</param>
/// <param name="Recall">The share of its pictures that is found; null where there is none.</param>
/// <param name="F1">The harmonic mean of both; null where there are no pictures.</param>
/// <param name="TakenFor">The class that its pictures are taken for most often; null where none is mistaken.</param>
public sealed record ClassFigures(string Class, int Support, double? Precision, double? Recall, double? F1, string? TakenFor = null)
{
    /// <summary>Every class's figures.</summary>
    /// <param name="classes">C names by index.</param>
    /// <param name="confusion">C×C counts, row-major: row the label, column the prediction.</param>
    public static IReadOnlyList<ClassFigures> Of(IReadOnlyList<string> classes, IReadOnlyList<int> confusion)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(confusion);
        var count = classes.Count;
        var figures = new ClassFigures[count];
        for (var c = 0; c < count; c++)
        {
            int support = 0, said = 0, most = -1;
            for (var other = 0; other < count; other++)
            {
                var mistaken = confusion[(c * count) + other];
                support += mistaken;
                said += confusion[(other * count) + c];
                if (other != c && mistaken > 0 && (most < 0 || mistaken > confusion[(c * count) + most])) most = other;
            }

            var right = confusion[(c * count) + c];
            figures[c] = new ClassFigures(
                classes[c],
                support,
                Share(right, said),
                Share(right, support),
                support == 0 ? null : 2.0 * right / (said + support),
                most < 0 ? null : classes[most]);
        }

        return figures;
    }

    private static double? Share(int part, int whole) => whole == 0 ? null : (double)part / whole;
}
