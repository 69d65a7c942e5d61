namespace WrnCloud.Datasets;

/// <summary>Mean and standard deviation of each colour channel over a training split, what images are normalised with.</summary>
/// <param name="Mean">Three means (red, green, blue), on the scale 0 to 1.</param>
/// <param name="StandardDeviation">Three population standard deviations, on the scale 0 to 1.</param>
public sealed record ChannelStatistics(IReadOnlyList<double> Mean, IReadOnlyList<double> StandardDeviation)
{
    /// <summary>
    /// Counts the statistics of all pixels of a data set. Sums are integers, so the result does not depend on the order of the images.
    /// </summary>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public static ChannelStatistics Of(IImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0) throw new ArgumentException("Statistics need at least one image.", nameof(images));

        var sums = new ChannelSums();
        for (var i = 0; i < images.Count; i++) sums.Add(images.Image(i));
        return sums.ToStatistics();
    }

    /// <summary>The statistics of these images and of others together.</summary>
    /// <param name="count">How many these are.</param>
    /// <param name="other">Those of the others, of the same size.</param>
    /// <param name="otherCount">How many they are.</param>
    public ChannelStatistics With(int count, ChannelStatistics other, int otherCount)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (mean, deviation) = (new double[Mean.Count], new double[Mean.Count]);
        var share = (double)otherCount / (count + otherCount);
        for (var c = 0; c < mean.Length; c++)
        {
            mean[c] = Mean[c] + (share * (other.Mean[c] - Mean[c]));
            var square = ((1 - share) * Square(Mean[c], StandardDeviation[c])) + (share * Square(other.Mean[c], other.StandardDeviation[c]));
            deviation[c] = Math.Sqrt(Math.Max(0, square - (mean[c] * mean[c])));
        }

        return new ChannelStatistics(mean, deviation);

        static double Square(double mean, double deviation) => (mean * mean) + (deviation * deviation);
    }
}
