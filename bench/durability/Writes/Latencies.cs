using System.Globalization;

namespace WrnCloud.DurabilityBench.Writes;

/// <summary>Milliseconds that requests took.</summary>
internal sealed record Latencies(double P50, double P99)
{
    public static Latencies Of(IReadOnlyList<double> taken)
    {
        var ordered = taken.Order().ToList();
        return new Latencies(ordered[ordered.Count / 2], ordered[Math.Min(ordered.Count - 1, ordered.Count * 99 / 100)]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{P50:0.0}/{P99:0.0} ms");
}
