namespace WrnCloud.Datasets;

/// <summary>A data set in memory: 32×32 colour images, each with the index of its class.</summary>
/// <param name="Pixels"><c>N×3×32×32</c>: per image the red, the green and the blue plane, rows from the top, as CIFAR-10 has them.</param>
/// <param name="Labels">N class indices.</param>
/// <param name="Classes">The classes' names, by index.</param>
public sealed record LabelledImages(byte[] Pixels, byte[] Labels, IReadOnlyList<string> Classes)
{
    /// <summary>Bytes of one image: 3×32×32.</summary>
    public const int ImageBytes = 3072;

    /// <summary>N.</summary>
    public int Count => Labels.Length;
}
