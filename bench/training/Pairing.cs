namespace WrnCloud.TrainingBench;

/// <summary>
/// Two ways of training, measured by turns (A B A B …), so that what else the machine does meets both.
/// Rates are medians; the ratio is the median of each pair's own ratio, with the smallest and the largest.
/// </summary>
internal sealed record Pairing(IReadOnlyList<Measurement> Ours, IReadOnlyList<Measurement> Peers)
{
    public static readonly string[] Columns =
    [
        "images/s ours", "images/s PyTorch", "ratio", "CPU s/image ours", "PyTorch", "peak RSS MB ours", "PyTorch",
    ];

    public static async Task<Pairing> MeasureAsync(int rounds, Func<Task<Measurement>> ours, Func<Task<Measurement>>? peer)
    {
        var (mine, theirs) = (new List<Measurement>(), new List<Measurement>());
        for (var round = 0; round < rounds; round++)
        {
            mine.Add(await ours());
            if (peer is not null) theirs.Add(await peer());
        }

        return new Pairing(mine, theirs);
    }

    public double ImagesPerSecond => Statistics.Median(Ours.Select(m => m.ImagesPerSecond));

    /// <summary>Cells for <see cref="Columns"/>.</summary>
    public string[] Cells() =>
    [
        $"{ImagesPerSecond:0.0}",
        Peer(m => m.ImagesPerSecond, "0.0"),
        Ratio(),
        $"{Statistics.Median(Ours.Select(m => m.CpuSecondsPerImage)):0.00000}",
        Peer(m => m.CpuSecondsPerImage, "0.00000"),
        $"{Statistics.Median(Ours.Select(m => m.PeakRssBytes / 1e6)):0}",
        Peer(m => m.PeakRssBytes / 1e6, "0"),
    ];

    /// <summary>Median of the pairs' ratios; NaN where there is no peer.</summary>
    public double MedianRatio => Statistics.Median(Ours.Zip(Peers, (a, b) => a.ImagesPerSecond / b.ImagesPerSecond));

    /// <summary>Ours over the peer's peak memory; NaN where there is no peer.</summary>
    public double MemoryRatio => Statistics.Median(Ours.Zip(Peers, (a, b) => (double)a.PeakRssBytes / b.PeakRssBytes));

    /// <summary>Median, smallest and largest ratio of the pairs; a dash where there is no peer.</summary>
    public string Ratio()
    {
        var ratios = Ours.Zip(Peers, (a, b) => a.ImagesPerSecond / b.ImagesPerSecond).ToList();
        return ratios.Count == 0 ? "–" : $"{Statistics.Median(ratios):0.00} ({ratios.Min():0.00}–{ratios.Max():0.00})";
    }

    private string Peer(Func<Measurement, double> value, string format) =>
        Peers.Count == 0 ? "–" : Statistics.Median(Peers.Select(value)).ToString(format);
}
