using System.Runtime.InteropServices;
using WrnCloud.Datasets;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Makes batches of normalised images, N×3×S×S and channels-last in memory, from planar bytes. Flip, crop, normalisation and the change of layout are
/// one pass over the bytes with one table of 256 floats per channel; the padding zeros are zeros after normalisation, the mean colour.
/// </summary>
internal sealed class BatchAssembler
{
    private readonly IImageSet _images;
    private readonly float[] _normalised = new float[3 * 256];

    public BatchAssembler(IImageSet images, ChannelStatistics statistics)
    {
        for (var i = 0; i < images.Count; i++)
        {
            if (images.Label(i) >= images.Classes.Count)
                throw new ArgumentException($"The label {images.Label(i)} is not below the {images.Classes.Count} classes.", nameof(images));
        }

        if (images.Count > 0) _ = images.Image(images.Count - 1);
        _images = images;
        for (var i = 0; i < _normalised.Length; i++)
            _normalised[i] = (float)(((i % 256 / 255.0) - statistics.Mean[i / 256]) / statistics.StandardDeviation[i / 256]);
    }

    /// <summary>The images at these positions as float32, augmented by draws for (seed, epoch, position).</summary>
    public Tensor Images(ReadOnlySpan<int> positions, Augmentation augmentation, long seed, int epoch)
    {
        var (size, bytes) = (_images.Size, 3 * _images.Size * _images.Size);
        using var batch = empty(positions.Length, size, size, 3, dtype: ScalarType.Float32);
        var target = MemoryMarshal.Cast<byte, float>(batch.bytes);
        Span<int> rows = stackalloc int[size];
        Span<int> columns = stackalloc int[size];
        for (var i = 0; i < positions.Length; i++)
        {
            augmentation.Draw(seed, epoch, positions[i], rows, columns);
            Assemble(_images.Image(positions[i]), target.Slice(i * bytes, bytes), rows, columns);
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

    private void Assemble(ReadOnlySpan<byte> source, Span<float> target, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns)
    {
        ReadOnlySpan<float> normalised = _normalised;
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
                    target[t] = normalised[source[s]];
                    target[t + 1] = normalised[256 + source[plane + s]];
                    target[t + 2] = normalised[512 + source[(2 * plane) + s]];
                }

                t += 3;
            }
        }
    }
}
