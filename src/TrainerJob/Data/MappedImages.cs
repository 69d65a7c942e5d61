using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// A decoded split on local disk, mapped into memory: what is read comes through the system's page cache, so that a set may be larger than memory. An
/// image's span is valid until the set is disposed of.
/// </summary>
public sealed class MappedImages : IImageSet, IDisposable
{
    private readonly MappedBytes _file;
    private readonly ushort[] _labels;
    private readonly int _imageBytes;

    private MappedImages(FileStream file, ushort[] labels, IReadOnlyList<string> classes, int size, ChannelStatistics statistics)
    {
        _labels = labels;
        _imageBytes = 3 * size * size;
        (Classes, Size, Statistics) = (classes, size, statistics);
        _file = new MappedBytes(file);
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>The channel statistics of these images.</summary>
    public ChannelStatistics Statistics { get; }

    /// <summary>Maps a file; null when it is missing, damaged, or not of so many images of this size and these classes.</summary>
    public static MappedImages? TryOpen(string path, int count, int size, IReadOnlyList<string> classes)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (ImageRecords.Check(file, count, size, classes.Count) is { } found) return new MappedImages(file, found.Labels, classes, size, found.Statistics);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        file?.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_labels.Length, nameof(index));
        return _file.Span(ImageRecords.HeaderBytes + ((long)index * _imageBytes), _imageBytes);
    }

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
