namespace WrnCloud.PhotosBench;

/// <summary>A share with its 95 % interval after Wilson (1927): what of a small test set may be chance.</summary>
internal sealed record WilsonInterval(int Correct, int Count)
{
    private const double Quantile = 1.959964;

    public double Share => (double)Correct / Count;

    /// <summary>Share, lower and upper bound in percent.</summary>
    public override string ToString()
    {
        const double Squared = Quantile * Quantile;
        var middle = (Share + (Squared / (2 * Count))) / (1 + (Squared / Count));
        var half = Quantile * Math.Sqrt((Share * (1 - Share) / Count) + (Squared / (4.0 * Count * Count))) / (1 + (Squared / Count));
        return $"{100 * Share:0.0} % ({100 * (middle - half):0.0}–{100 * (middle + half):0.0})";
    }
}
