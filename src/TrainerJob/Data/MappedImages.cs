using System.IO.MemoryMappedFiles;
using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// A decoded split on local disk, mapped into memory: what is read comes through the system's page cache, so that a set may be larger than memory. An
/// image's span is valid until the set is disposed of.
/// </summary>
public sealed unsafe class MappedImages : IImageSet, IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly ushort[] _labels;
    private readonly int _imageBytes;
    private byte* _images;

    private MappedImages(FileStream file, ushort[] labels, IReadOnlyList<string> classes, int size, ChannelStatistics statistics)
    {
        _labels = labels;
        _imageBytes = 3 * size * size;
        (Classes, Size, Statistics) = (classes, size, statistics);
        _file = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _images = start + _view.PointerOffset + ImageRecords.HeaderBytes;
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
        ObjectDisposedException.ThrowIf(_images is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_labels.Length, nameof(index));
        return new ReadOnlySpan<byte>(_images + ((long)index * _imageBytes), _imageBytes);
    }

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_images is null) return;
        _images = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
