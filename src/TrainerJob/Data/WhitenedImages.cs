using System.IO.MemoryMappedFiles;
using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Images whitened once for all epochs: 12 KiB each, in a temporary file that is mapped into memory and goes with the process. A batch at a time the matrix
/// product would take a third of a small network's step.
/// </summary>
internal sealed unsafe class WhitenedImages : IDisposable
{
    private const int ChunkImages = 1000;
    private const int BufferBytes = 1 << 16;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly int _count;
    private float* _values;

    private WhitenedImages(FileStream file, int count)
    {
        _count = count;
        _file = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _values = (float*)(start + _view.PointerOffset);
    }

    /// <summary>Whitens all images; the same images, whitening and thread count give the same bits.</summary>
    /// <exception cref="IOException">The temporary folder has no room.</exception>
    public static WhitenedImages Create(IImageSet images, ZcaPreprocessor whitening)
    {
        // Written, not mapped, until it is whole: a full disk is then an exception, not a signal that ends the process.
        var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            BufferSize = BufferBytes,
        });
        try
        {
            for (var start = 0; start < images.Count; start += ChunkImages)
            {
                using var chunk = whitening.Whiten(images, [.. Enumerable.Range(start, Math.Min(ChunkImages, images.Count - start))]);
                file.Write(chunk.bytes);
            }

            file.Flush();
            return new WhitenedImages(file, images.Count);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>An image's 3072 values, planes red, green, blue.</summary>
    public ReadOnlySpan<float> Image(int index)
    {
        ObjectDisposedException.ThrowIf(_values is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_count, nameof(index));
        return new ReadOnlySpan<float>(_values + ((long)index * ZcaPreprocessor.Features), ZcaPreprocessor.Features);
    }

    public void Dispose()
    {
        if (_values is null) return;
        _values = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
