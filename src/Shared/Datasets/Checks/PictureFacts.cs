using System.Runtime.InteropServices;
using WrnCloud.Images;

namespace WrnCloud.Datasets.Checks;

/// <summary>Facts about one picture.</summary>
/// <param name="Width">Pixels of a row when it stands upright.</param>
/// <param name="Height">Its rows.</param>
/// <param name="IsTurned">Whether EXIF turns or mirrors it.</param>
/// <param name="IsGrey">Whether it has no colour.</param>
/// <param name="HasAlpha">Whether pixels may be transparent.</param>
/// <param name="IsEndMissing">Whether the file lacks its end mark, and nothing before it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PictureFacts(int Width, int Height, bool IsTurned, bool IsGrey, bool HasAlpha, bool IsEndMissing)
{
    /// <summary>Of a decoded picture.</summary>
    public static PictureFacts Of(ExaminedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new PictureFacts(
            image.Width, image.Height, image.Orientation != 1, IsColourless(image.Squares[0]), image.HasAlpha, image.IsEndMissing);
    }

    private static bool IsColourless(ReadOnlySpan<byte> rgb)
    {
        for (var i = 0; i < rgb.Length; i += 3)
        {
            if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2]) return false;
        }

        return true;
    }
}
