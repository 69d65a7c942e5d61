namespace WrnCloud.Datasets;

/// <summary>Labelled 32×32 RGB images in memory.</summary>
/// <param name="Pixels">N×3×32×32 bytes, planar: red plane, green plane, blue plane, rows from the top.</param>
/// <param name="Labels">N class indices.</param>
/// <param name="Classes">Class names by index.</param>
public sealed record LabelledImages(byte[] Pixels, byte[] Labels, IReadOnlyList<string> Classes)
{
    /// <summary>Bytes of one image: 3×32×32.</summary>
    public const int ImageBytes = 3072;

    /// <summary>N, the number of images.</summary>
    public int Count => Labels.Length;
}
