using SkiaSharp;

namespace WrnCloud.Images;

/// <summary>A decoder's findings about a file.</summary>
/// <param name="Format">PNG, JPEG or WebP.</param>
/// <param name="Width">Pixels of a row of the upright picture.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Orientation">EXIF's, 1 to 8: as stored, or how it was turned.</param>
/// <param name="HasAlpha">Whether pixels may be transparent.</param>
/// <param name="Squares">Middle squares of the sizes asked for, <c>S×S×3</c>, RGB, interleaved.</param>
public sealed record ExaminedImage(SKEncodedImageFormat Format, int Width, int Height, int Orientation, bool HasAlpha, IReadOnlyList<byte[]> Squares)
{
    /// <summary>Whether the file lacks its end mark, and nothing before it.</summary>
    public bool IsEndMissing { get; init; }
}
