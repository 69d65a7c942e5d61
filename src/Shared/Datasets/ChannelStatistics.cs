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

        var (sum, squares) = (new long[3], new long[3]);
        var plane = images.Size * images.Size;
        for (var image = 0; image < images.Count; image++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                foreach (var value in images.Image(image).Slice(channel * plane, plane))
                {
                    sum[channel] += value;
                    squares[channel] += value * value;
                }
            }
        }

        var pixels = (double)images.Count * plane;
        var mean = new double[3];
        var deviation = new double[3];
        for (var channel = 0; channel < 3; channel++)
        {
            var average = sum[channel] / pixels;
            mean[channel] = average / 255;
            deviation[channel] = Math.Sqrt(Math.Max(0, (squares[channel] / pixels) - (average * average))) / 255;
        }

        return new ChannelStatistics(mean, deviation);
    }
}
