namespace WrnCloud.Datasets;

/// <summary>Mean and standard deviation of each colour channel over a training split, what images are normalised with.</summary>
/// <param name="Mean">Three means (red, green, blue), on the scale 0 to 1.</param>
/// <param name="StandardDeviation">Three population standard deviations, on the scale 0 to 1.</param>
public sealed record ChannelStatistics(IReadOnlyList<double> Mean, IReadOnlyList<double> StandardDeviation)
{
    /// <summary>Counts the statistics of all pixels of a data set. Sums are integers, so the result does not depend on the order of the images.</summary>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public static ChannelStatistics Of(IImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0) throw new ArgumentException("Statistics need at least one image.", nameof(images));

        var sums = new ChannelSums();
        for (var i = 0; i < images.Count; i++) sums.Add(images.Image(i));
        return sums.ToStatistics();
    }
}
