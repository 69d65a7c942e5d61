using SkiaSharp;
using WrnCloud.Errors;

namespace WrnCloud.Images;

/// <summary>
/// What a look at the container alone tells, before any decoder runs. Only formats on the list get this far; a container that ends too early,
/// moves, or asks for more work than its pixels justify does not.
/// </summary>
/// <param name="Format">PNG, JPEG or WebP.</param>
/// <param name="Bytes">What the decoder is given: the file, less what makes no pixels.</param>
/// <param name="IsEndMissing">
/// Whether the file lacks its end mark, which is in <paramref name="Bytes"/>. Whether pixels are missing too a PNG's decoder tells,
/// and <see cref="UnendedJpeg"/>.
/// </param>
/// <param name="Orientation">EXIF's, 1 to 8, where it is not in <paramref name="Bytes"/>; null where the decoder finds it there.</param>
internal sealed record EncodedImage(
    SKEncodedImageFormat Format, ReadOnlyMemory<byte> Bytes, bool IsEndMissing = false, SKEncodedOrigin? Orientation = null)
{
    // GIF; TIFF (either order); icons; JPEG XL, JPEG 2000.
    private static readonly byte[][] OtherPictures =
    [
        "GIF8"u8.ToArray(), "II*\0"u8.ToArray(), "MM\0*"u8.ToArray(), [0, 0, 1, 0],
        [0xFF, 0x0A], [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L'], [0, 0, 0, 0x0C, (byte)'j', (byte)'P'], [0xFF, 0x4F, 0xFF, 0x51],
    ];

    // SVG, HTML and other markup; PDF.
    private static readonly byte[][] Documents = ["<"u8.ToArray(), "%PDF"u8.ToArray()];

    /// <summary>Looks at a file.</summary>
    /// <exception cref="ImageException">The file is refused.</exception>
    public static EncodedImage Open(ReadOnlyMemory<byte> bytes)
    {
        var file = bytes.Span;
        if (file.IsEmpty) throw new ImageException(ErrorCatalogue.ImageUndecodable, "The image has 0 bytes.");
        if (PngContainer.Matches(file))
        {
            var pixels = PngContainer.PixelChunks(file, out var isEndMissing, out var orientation);
            return new EncodedImage(SKEncodedImageFormat.Png, pixels, isEndMissing, (SKEncodedOrigin)orientation);
        }

        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            var hasEnd = JpegContainer.HasEnd(file);
            return new EncodedImage(SKEncodedImageFormat.Jpeg, hasEnd ? bytes : UnendedJpeg.WithEnd(file), !hasEnd);
        }

        if (WebpContainer.Matches(file))
        {
            WebpContainer.Check(file);
            return new EncodedImage(SKEncodedImageFormat.Webp, bytes);
        }

        throw IsOtherPicture(file) || StartsWithAny(file, Documents)
            ? new ImageException(ErrorCatalogue.FormatUnsupported, "The image is not PNG, JPEG or WebP; other formats are not read.")
            : new ImageException(
                ErrorCatalogue.ImageUndecodable, "The bytes are not an image: none of the formats PNG, JPEG and WebP starts like this.");
    }

    /// <summary>Whether a file begins like a picture of any format, read or not, and whatever follows.</summary>
    public static bool BeginsLikePicture(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G'])
        || file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8])
        || WebpContainer.Matches(file)
        || IsOtherPicture(file);

    // HEIC, AVIF and the other ISO base media formats name themselves after a box length. BMP's two letters begin words too, but no text has
    // the zeros behind its length.
    private static bool IsOtherPicture(ReadOnlySpan<byte> file) =>
        (file.Length >= 8 && file[4..].StartsWith("ftyp"u8))
        || (file.Length >= 10 && file.StartsWith("BM"u8) && file[6..].StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 0]))
        || StartsWithAny(file, OtherPictures);

    private static bool StartsWithAny(ReadOnlySpan<byte> file, byte[][] starts)
    {
        foreach (var start in starts)
        {
            if (file.StartsWith(start)) return true;
        }

        return false;
    }

    /// <summary>Judges the size that a header states.</summary>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="maxPixels">Most pixels.</param>
    /// <exception cref="ImageException">There are no pixels, or too many.</exception>
    public static void RequireValidSize(long width, long height, int maxPixels = ImageDecoder.MaxPixels)
    {
        if (width < 1 || height < 1) throw new ImageException(ErrorCatalogue.ImageUndecodable, "The image has no pixels.");
        if (width > ImageDecoder.MaxSide || height > ImageDecoder.MaxSide || width * height > maxPixels)
        {
            throw new ImageException(
                ErrorCatalogue.ImageTooLarge,
                $"The image has {width}×{height} pixels; a side has at most {ImageDecoder.MaxSide}, the whole at most {maxPixels}.");
        }
    }

    /// <summary>The error for a file that stops before its format says it is complete.</summary>
    public static ImageException Truncated(string format) =>
        new(ErrorCatalogue.ImageUndecodable, $"The {format} ends before it is complete.");
}
