using WrnCloud.Evaluation;

namespace WrnCloud.PhotosBench;

/// <summary>A share of a test set, printed with its 95 % interval: what of a small set may be chance.</summary>
internal sealed record CountedShare(int Correct, int Count)
{
    public double Share => (double)Correct / Count;

    /// <summary>Share, lower and upper bound in percent.</summary>
    public override string ToString()
    {
        var interval = WilsonInterval.Of(Share, Count);
        return $"{100 * Share:0.0} % ({100 * interval.Low:0.0}–{100 * interval.High:0.0})";
    }
}
