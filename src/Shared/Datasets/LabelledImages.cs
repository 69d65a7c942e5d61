namespace WrnCloud.Datasets;

/// <summary>A data set in memory: square colour images, each with the index of its class.</summary>
/// <param name="Pixels"><c>N×3×S×S</c>: per image the red, the green and the blue plane, rows from the top, as CIFAR-10 has them.</param>
/// <param name="Labels">N class indices.</param>
/// <param name="Classes">The classes' names, by index.</param>
/// <param name="Size">S, the side in pixels.</param>
public sealed record LabelledImages(byte[] Pixels, ushort[] Labels, IReadOnlyList<string> Classes, int Size = 32) : IImageSet
{
    /// <summary>Bytes of one image of 32×32: 3×32×32.</summary>
    public const int ImageBytes = 3072;

    /// <summary>N.</summary>
    public int Count => Labels.Length;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(index * (3 * Size * Size), 3 * Size * Size);

    /// <inheritdoc/>
    public int Label(int index) => Labels[index];

    /// <summary>The first images, or all when there are fewer.</summary>
    public LabelledImages First(int count) =>
        Count <= count ? this : this with { Pixels = Pixels[..(count * 3 * Size * Size)], Labels = Labels[..count] };
}
