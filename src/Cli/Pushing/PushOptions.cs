using WrnCloud.Datasets;
using WrnCloud.Datasets.Checks;

namespace WrnCloud.Cli.Pushing;

/// <summary>Options for pushing photographs.</summary>
/// <param name="Shares">How to make the splits that are missing.</param>
/// <param name="MaxBad">Share of the pictures that may be unreadable, 0 to 1.</param>
internal sealed record PushOptions(DrawnSplit Shares, double MaxBad)
{
    /// <summary>Percent of the pictures that may be unreadable, unless told otherwise.</summary>
    public const double DefaultMaxBadPercent = 5;

    /// <summary>Hears what a check found before anything is refused for it.</summary>
    public Action<DatasetFindings>? Report { get; init; }

    public static PushOptions Default { get; } = new(DrawnSplit.Default, DefaultMaxBadPercent / 100);
}
