using System.IO.MemoryMappedFiles;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// A file's bytes mapped into memory for reading: they come through the system's page cache.
/// Spans are valid until it is disposed of, which closes the file.
/// </summary>
internal sealed unsafe class MappedBytes : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long _length;
    private byte* _start;

    /// <summary>Maps a whole file, which is not empty.</summary>
    public MappedBytes(FileStream file)
    {
        _length = file.Length;
        _file = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + _view.PointerOffset;
    }

    /// <exception cref="ObjectDisposedException">It has been disposed of.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The file has no such bytes.</exception>
    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, _length - length);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    public void Dispose()
    {
        if (_start is null) return;
        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
