using System.Security.Cryptography;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// A decoded split on local disk, mapped into memory: what is read comes through the system's page cache, so that a set may be larger than memory. An
/// image's span is valid until the set is disposed of.
/// </summary>
public sealed class MappedImages : CachedImages
{
    private readonly MappedBytes _file;
    private readonly byte[] _digest;
    private readonly int _imageBytes;

    private MappedImages(FileStream file, ImageRecords found, IReadOnlyList<string> classes, int size)
        : base(found.Labels, classes, size, found.Statistics)
    {
        _digest = found.Digest;
        _imageBytes = 3 * size * size;
        _file = new MappedBytes(file);
    }

    /// <inheritdoc/>
    public override bool IsDecodedOnRead => false;

    /// <summary>Maps a file; null when it is missing, damaged, or not of so many images of this size and these classes.</summary>
    public static MappedImages? TryOpen(string path, int count, int size, IReadOnlyList<string> classes)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (ImageRecords.Check(file, count, size, classes.Count, withImages: true) is { } found)
                return new MappedImages(file, found, classes, size);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        file?.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Image(int index)
    {
        Require(index);
        return _file.Span(ImageRecords.HeaderBytes + ((long)index * _imageBytes), _imageBytes);
    }

    /// <inheritdoc/>
    public override void AppendTo(IncrementalHash hash) => hash.AppendData(_digest);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _file.Dispose();
}
