using System.Security.Cryptography;
using WrnCloud.Datasets;

namespace WrnCloud.TrainerJob.Data;

/// <summary>The middle of each image of a set, cut out as it is asked for: what is evaluated of a picture that random squares are cut from.</summary>
/// <param name="images">S×S pixels; lives as long as this.</param>
/// <param name="size">Side of the middle in pixels, at most S.</param>
internal sealed class CroppedImages(IImageSet images, int size) : IImageSet
{
    /// <inheritdoc/>
    public int Count => images.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => images.Classes;

    /// <inheritdoc/>
    public int Size => size;

    /// <inheritdoc/>
    public bool IsDecodedOnRead => images.IsDecodedOnRead;

    /// <inheritdoc/>
    public int Label(int index) => images.Label(index);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index)
    {
        var whole = images.Image(index);
        var margin = (images.Size - size) / 2;
        var middle = new byte[3 * size * size];
        for (var row = 0; row < 3 * size; row++)
        {
            var (plane, y) = (row / size, row % size);
            whole.Slice((((plane * images.Size) + margin + y) * images.Size) + margin, size).CopyTo(middle.AsSpan(row * size));
        }

        return middle;
    }

    /// <inheritdoc/>
    public void AppendTo(IncrementalHash hash)
    {
        images.AppendTo(hash);
        hash.AppendData(BitConverter.GetBytes(size));
    }
}
