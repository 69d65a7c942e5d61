using System.Runtime.InteropServices;
using WrnCloud.Architecture;
using WrnCloud.Datasets;
using static TorchSharp.torch;

namespace WrnCloud.TrainerJob.Data;

/// <summary>
/// Makes batches of normalised images, N×3×32×32 and channels-last in memory, from planar bytes. Flip, crop, normalisation and the change of layout are
/// one pass over the bytes with one table of 256 floats per channel; the padding zeros are zeros after normalisation, the mean colour.
/// </summary>
internal sealed class BatchAssembler
{
    private const int Size = NetworkSpec.CifarImageSize;
    private const int Plane = Size * Size;
    private readonly LabelledImages _images;
    private readonly float[] _normalised = new float[3 * 256];

    public BatchAssembler(LabelledImages images, ChannelStatistics statistics)
    {
        if (images.Pixels.Length != (long)images.Count * LabelledImages.ImageBytes)
            throw new ArgumentException($"{images.Count} labels do not go with {images.Pixels.Length} bytes of pixels.", nameof(images));
        if (images.Labels.Any(label => label >= images.Classes.Count))
            throw new ArgumentException($"A label is not below the {images.Classes.Count} classes.", nameof(images));
        _images = images;
        for (var i = 0; i < _normalised.Length; i++)
            _normalised[i] = (float)(((i % 256 / 255.0) - statistics.Mean[i / 256]) / statistics.StandardDeviation[i / 256]);
    }

    /// <summary>The images at these positions as float32, augmented by draws for (seed, epoch, position).</summary>
    public Tensor Images(ReadOnlySpan<int> positions, Augmentation augmentation, long seed, int epoch)
    {
        using var batch = empty(positions.Length, Size, Size, 3, dtype: ScalarType.Float32);
        var target = MemoryMarshal.Cast<byte, float>(batch.bytes);
        Span<int> rows = stackalloc int[Size];
        Span<int> columns = stackalloc int[Size];
        for (var i = 0; i < positions.Length; i++)
        {
            augmentation.Draw(seed, epoch, positions[i], rows, columns);
            var source = _images.Pixels.AsSpan(positions[i] * LabelledImages.ImageBytes, LabelledImages.ImageBytes);
            Assemble(source, target.Slice(i * LabelledImages.ImageBytes, LabelledImages.ImageBytes), rows, columns);
        }

        return batch.permute(0, 3, 1, 2);
    }

    /// <summary>The labels at these positions as int64.</summary>
    public Tensor Labels(ReadOnlySpan<int> positions)
    {
        var labels = new long[positions.Length];
        for (var i = 0; i < labels.Length; i++) labels[i] = _images.Labels[positions[i]];
        return tensor(labels);
    }

    private void Assemble(ReadOnlySpan<byte> source, Span<float> target, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns)
    {
        ReadOnlySpan<float> normalised = _normalised;
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
                    var s = (row * Size) + column;
                    target[t] = normalised[source[s]];
                    target[t + 1] = normalised[256 + source[Plane + s]];
                    target[t + 2] = normalised[512 + source[(2 * Plane) + s]];
                }

                t += 3;
            }
        }
    }
}
