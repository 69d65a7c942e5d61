using System.Runtime.InteropServices;

namespace WrnCloud.Evaluation;

/// <summary>
/// The 95 % interval of a share that was counted (Wilson, J. Am. Stat. Assoc. 22, 1927):
/// what the share of all such pictures may be, judging by these few.
/// </summary>
/// <param name="Low">0 to 1.</param>
/// <param name="High">0 to 1.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WilsonInterval(double Low, double High)
{
    // The normal distribution's 97.5 % point.
    private const double Z = 1.959963984540054;

    /// <summary>The interval of a share of <paramref name="count"/> pictures; 0 to 1 where there are none.</summary>
    /// <param name="share">0 to 1.</param>
    /// <param name="count">Pictures counted.</param>
    public static WilsonInterval Of(double share, int count)
    {
        if (count < 1) return new WilsonInterval(0, 1);
        var divisor = 1 + (Z * Z / count);
        var middle = (share + (Z * Z / (2.0 * count))) / divisor;
        var half = Z / divisor * Math.Sqrt((share * (1 - share) / count) + (Z * Z / (4.0 * count * count)));

        // At the ends the formula is exact and its rounding is not.
        return new WilsonInterval(share <= 0 ? 0 : Math.Max(0, middle - half), share >= 1 ? 1 : Math.Min(1, middle + half));
    }
}
