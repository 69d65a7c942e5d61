namespace WrnCloud.Datasets;

/// <summary>
/// How the splits that a data set came without were made of its training pictures: class by class, by a seed, once, when it was pushed.
/// </summary>
/// <param name="Validation">Share of each class's pictures that validate; null where validation pictures were given, 0 where none are wanted.</param>
/// <param name="Test">Share of each class's pictures that are for testing; null where test pictures were given.</param>
/// <param name="Seed">Tells draws apart.</param>
public sealed record DrawnSplit(double? Validation, double? Test, long Seed)
{
    /// <summary>The most that either share may be.</summary>
    public const double MostShare = 0.5;

    /// <summary>A tenth validates, a tenth tests.</summary>
    public static DrawnSplit Default { get; } = new(0.1, 0.1, 20160523);
}
