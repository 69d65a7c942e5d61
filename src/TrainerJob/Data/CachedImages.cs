using System.Security.Cryptography;
using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>A split on local disk, larger than memory or not.</summary>
public abstract class CachedImages : IImageSet, IDisposable
{
    private readonly ushort[] _labels;

    private protected CachedImages(ushort[] labels, IReadOnlyList<string> classes, int size, ChannelStatistics statistics) =>
        (_labels, Classes, Size, Statistics) = (labels, classes, size, statistics);

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>The channel statistics of these images.</summary>
    public ChannelStatistics Statistics { get; }

    /// <inheritdoc/>
    public abstract bool IsDecodedOnRead { get; }

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <inheritdoc/>
    public abstract ReadOnlySpan<byte> Image(int index);

    /// <inheritdoc/>
    public abstract void AppendTo(IncrementalHash hash);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what is read from.</summary>
    /// <param name="disposing">True.</param>
    protected abstract void Dispose(bool disposing);

    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    private protected void Require(int index) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
}
