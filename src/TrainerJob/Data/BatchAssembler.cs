using System.Runtime.InteropServices;
using WrnCloud.Datasets;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Makes batches of preprocessed images, N×3×S×S and channels-last in memory, from planar bytes.
/// Flip, crop, scaling, preprocessing and the change of layout are one pass over the bytes;
/// whitening is one matrix product for the batch before it, or for all images ahead.
/// The padding's zeros are zeros after preprocessing.
/// </summary>
internal sealed class BatchAssembler
{
    private readonly IImageSet _images;
    private readonly float[] _table;
    private readonly ZcaPreprocessor? _whitening;
    private readonly ChannelPreprocessor? _channels;
    private readonly int _size;
    private WhitenedImages? _ahead;

    /// <param name="images">Where the batches come from.</param>
    /// <param name="preprocessor">What is done to the bytes.</param>
    /// <param name="size">S; the images' own size when left out.</param>
    /// <exception cref="ArgumentException">
    /// A label is out of range, pixels are missing, or whitening is asked for images that are not 32×32.
    /// </exception>
    public BatchAssembler(IImageSet images, Preprocessor preprocessor, int? size = null)
    {
        for (var i = 0; i < images.Count; i++)
        {
            if (images.Label(i) >= images.Classes.Count)
                throw new ArgumentException($"The label {images.Label(i)} is not below the {images.Classes.Count} classes.", nameof(images));
        }

        if (images.Count > 0) _ = images.Image(images.Count - 1);
        _images = images;
        _whitening = preprocessor as ZcaPreprocessor;
        _channels = preprocessor as ChannelPreprocessor;
        _table = _channels?.Table ?? [];
        _size = size ?? images.Size;
        if (_whitening is not null && (images.Size != ZcaPreprocessor.Size || _size != images.Size))
            throw new ArgumentException($"ZCA whitening is for images of 32×32; these have {images.Size}×{images.Size}.", nameof(images));
    }

    /// <summary>Whitens all images where they are to be whitened, so that batches only copy: for a set that is read more than once.</summary>
    /// <returns>What the batches are copied from, the caller's to dispose when no more are wanted; null where nothing is to be whitened.</returns>
    /// <exception cref="IOException">The temporary folder has no room for 12 KiB an image.</exception>
    public WhitenedImages? WhitenAhead() => _ahead = _whitening is null ? null : WhitenedImages.Create(_images, _whitening);

    /// <summary>The images at these positions as float32, augmented by draws for (seed, epoch, position).</summary>
    /// <param name="positions">Which images.</param>
    /// <param name="augmentation">What is drawn for them.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">0-based.</param>
    /// <param name="scaledTo">Side that random squares are scaled to; S when left out.</param>
    public Tensor Images(ReadOnlySpan<int> positions, Augmentation augmentation, long seed, int epoch, int? scaledTo = null)
    {
        if (_channels is not null && (_size != _images.Size || augmentation.CropScale is not null))
            return Scaled(positions, augmentation, seed, epoch, augmentation.CropScale is null ? _size : scaledTo ?? _size);
        var (size, values) = (_images.Size, 3 * _images.Size * _images.Size);
        using var batch = empty(positions.Length, size, size, 3, dtype: ScalarType.Float32);
        using var whitened = _ahead is null ? _whitening?.Whiten(_images, positions) : null;
        var target = MemoryMarshal.Cast<byte, float>(batch.bytes);
        ReadOnlySpan<float> sources = whitened is null ? default : MemoryMarshal.Cast<byte, float>(whitened.bytes);
        var decoded = Decoded(positions);
        Span<int> rows = stackalloc int[size];
        Span<int> columns = stackalloc int[size];
        for (var i = 0; i < positions.Length; i++)
        {
            var cutout = augmentation.Draw(seed, epoch, positions[i], rows, columns);
            var image = target.Slice(i * values, values);
            if (_ahead is not null) Assemble(_ahead.Image(positions[i]), image, rows, columns);
            else if (whitened is null) Assemble(decoded is null ? _images.Image(positions[i]) : decoded[i], image, rows, columns);
            else Assemble(sources.Slice(i * values, values), image, rows, columns);
            cutout.Blank(image, size);
        }

        return batch.permute(0, 3, 1, 2);
    }

    /// <summary>The labels at these positions as int64.</summary>
    public Tensor Labels(ReadOnlySpan<int> positions)
    {
        var labels = new long[positions.Length];
        for (var i = 0; i < labels.Length; i++) labels[i] = _images.Label(positions[i]);
        return tensor(labels);
    }

    // Decoding takes far longer than all that is done here, so it is worth all cores. Null where the images are decoded already.
    private byte[][]? Decoded(ReadOnlySpan<int> positions)
    {
        if (!_images.IsDecodedOnRead || _ahead is not null) return null;
        var wanted = positions.ToArray();
        var decoded = new byte[wanted.Length][];
        Parallel.For(0, wanted.Length, i => decoded[i] = _images.Image(wanted[i]).ToArray());
        return decoded;
    }

    private Tensor Scaled(ReadOnlySpan<int> positions, Augmentation augmentation, long seed, int epoch, int side)
    {
        var values = 3 * side * side;
        using var batch = empty(positions.Length, side, side, 3, dtype: ScalarType.Float32);
        var target = MemoryMarshal.Cast<byte, float>(batch.bytes);
        ReadOnlySpan<float> scale = [.. _channels!.Scale], shift = [.. _channels.Shift];
        var decoded = Decoded(positions);
        for (var i = 0; i < positions.Length; i++)
        {
            var (square, blank) = augmentation.DrawSquare(seed, epoch, positions[i], _images.Size, side);
            var image = target.Slice(i * values, values);
            square.Scale(decoded is null ? _images.Image(positions[i]) : decoded[i], _images.Size, image, side, scale, shift);
            blank.Blank(image, side);
        }

        return batch.permute(0, 3, 1, 2);
    }

    private void Assemble(ReadOnlySpan<byte> source, Span<float> target, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns)
    {
        var (size, plane) = (rows.Length, rows.Length * rows.Length);
        ReadOnlySpan<float> red = _table.AsSpan(0, 256), green = _table.AsSpan(256, 256), blue = _table.AsSpan(512, 256);
        for (var y = 0; y < rows.Length; y++)
        {
            var line = target.Slice(y * size * 3, size * 3);
            if (rows[y] < 0)
            {
                line.Clear();
                continue;
            }

            var first = source.Slice(rows[y] * size, size);
            var second = source.Slice(plane + (rows[y] * size), size);
            var third = source.Slice((2 * plane) + (rows[y] * size), size);
            for (int x = 0, t = 0; x < columns.Length && t + 2 < line.Length; x++, t += 3)
            {
                var column = columns[x];
                if ((uint)column < (uint)first.Length)
                {
                    line[t] = red[first[column]];
                    line[t + 1] = green[second[column]];
                    line[t + 2] = blue[third[column]];
                }
                else
                {
                    (line[t], line[t + 1], line[t + 2]) = (0, 0, 0);
                }
            }
        }
    }

    private static void Assemble(ReadOnlySpan<float> source, Span<float> target, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns)
    {
        var (size, plane) = (rows.Length, rows.Length * rows.Length);
        var t = 0;
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                if ((row | column) < 0)
                {
                    target.Slice(t, 3).Clear();
                }
                else
                {
                    var s = (row * size) + column;
                    target[t] = source[s];
                    target[t + 1] = source[plane + s];
                    target[t + 2] = source[(2 * plane) + s];
                }

                t += 3;
            }
        }
    }
}
