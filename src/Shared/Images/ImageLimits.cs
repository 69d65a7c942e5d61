namespace WrnCloud.Images;

/// <summary>Upper limits of a picture.</summary>
/// <param name="MaxBytes">Longest file, in bytes.</param>
/// <param name="MaxPixels">
/// Most pixels of a JPEG, which decodes at a fraction of its size; of other formats <see cref="ImageDecoder.MaxPixels"/>, if that is less.
/// </param>
public sealed record ImageLimits(int MaxBytes, int MaxPixels)
{
    /// <summary>Of a request's pictures, of which there may be many at a time.</summary>
    public static ImageLimits Served { get; } = new(ImageDecoder.MaxBytes, ImageDecoder.MaxPixels);

    /// <summary>Of a data set's photographs: 64 MiB and 100 million pixels, as the largest cameras make them.</summary>
    public static ImageLimits Trained { get; } = new(64 << 20, 105_000_000);
}
