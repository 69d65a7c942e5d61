namespace WrnCloud.Datasets;

/// <summary>Adds up images as they pass by. Sums are integers, so the result does not depend on their order.</summary>
public sealed class ChannelSums
{
    private readonly long[] _sums = new long[3];
    private readonly long[] _squares = new long[3];
    private long _pixels;

    /// <summary>Images added so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one image, <c>3×S×S</c>.</summary>
    public void Add(ReadOnlySpan<byte> image)
    {
        var plane = image.Length / 3;
        for (var channel = 0; channel < 3; channel++)
        {
            long sum = 0, squares = 0;
            foreach (var value in image.Slice(channel * plane, plane))
            {
                sum += value;
                squares += value * value;
            }

            _sums[channel] += sum;
            _squares[channel] += squares;
        }

        _pixels += plane;
        Count++;
    }

    /// <summary>Adds what was added elsewhere.</summary>
    public void Add(ChannelSums other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var channel = 0; channel < 3; channel++)
        {
            _sums[channel] += other._sums[channel];
            _squares[channel] += other._squares[channel];
        }

        _pixels += other._pixels;
        Count += other.Count;
    }

    /// <summary>The statistics of what was added.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public ChannelStatistics ToStatistics()
    {
        if (_pixels == 0) throw new InvalidOperationException("Statistics need at least one image.");
        var (mean, deviation) = (new double[3], new double[3]);
        for (var channel = 0; channel < 3; channel++)
        {
            var average = _sums[channel] / (double)_pixels;
            mean[channel] = average / 255;
            deviation[channel] = Math.Sqrt(Math.Max(0, (_squares[channel] / (double)_pixels) - (average * average))) / 255;
        }

        return new ChannelStatistics(mean, deviation);
    }
}
