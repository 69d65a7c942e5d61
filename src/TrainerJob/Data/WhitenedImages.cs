using System.Runtime.InteropServices;
using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Images whitened once for all epochs: 12 KiB each, in a temporary file that is mapped into memory and goes with the process. The matrix product
/// is paid once instead of in every step.
/// </summary>
internal sealed class WhitenedImages : IDisposable
{
    private const int BufferBytes = 1 << 16;
    private const int ImageBytes = ZcaPreprocessor.Features * sizeof(float);

    private readonly MappedBytes _file;

    private WhitenedImages(MappedBytes file) => _file = file;

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
            for (var start = 0; start < images.Count; start += ZcaPreprocessor.ChunkImages)
            {
                using var chunk = whitening.Whiten(images, [.. Enumerable.Range(start, Math.Min(ZcaPreprocessor.ChunkImages, images.Count - start))]);
                file.Write(chunk.bytes);
            }

            file.Flush();
            return new WhitenedImages(new MappedBytes(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>An image's 3072 values, planes red, green, blue.</summary>
    /// <exception cref="ObjectDisposedException">They have been disposed of.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<float> Image(int index) => MemoryMarshal.Cast<byte, float>(_file.Span((long)index * ImageBytes, ImageBytes));

    public void Dispose() => _file.Dispose();
}
