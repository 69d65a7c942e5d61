using System.Runtime.InteropServices;
using SkiaSharp;
using WrnCloud.Errors;

namespace WrnCloud.Images;

/// <summary>
/// The one decoder: data sets, predictions and batches all see an image through it, because decoders differ in the last bits of a JPEG.
/// Total: any bytes give an image or an <see cref="ImageException"/>, in bounded time and memory; the header is judged before a pixel is decoded.
/// </summary>
/// <remarks>
/// Colour profiles are ignored, as training pipelines do. EXIF orientation is applied, in a PNG too: a phone's portrait photo stands upright.
/// Transparent pixels lie over white. Gray, palette, 16-bit and CMYK images become 8-bit RGB.
/// </remarks>
public static class ImageDecoder
{
    /// <summary>Longest file that is read of a request: 8 MiB. Of a data set see <see cref="ImageLimits.Trained"/>.</summary>
    public const int MaxBytes = 8 << 20;

    /// <summary>Longest side, in pixels.</summary>
    public const int MaxSide = 16_384;

    /// <summary>Most pixels: 40 million, about 160 MB while decoding.</summary>
    public const int MaxPixels = 40_000_000;

    private static readonly Lock Large = new();

    /// <summary>
    /// Decodes a PNG, JPEG or WebP, cuts the largest square out of its middle and resizes that (trilinear over a mipmap when shrinking, bilinear when
    /// growing). An opaque image of exactly the size wanted keeps its pixels.
    /// </summary>
    /// <param name="file">The encoded image.</param>
    /// <param name="size">Side of the result in pixels, 1 to 1,024.</param>
    /// <returns><c>size×size×3</c>, RGB, interleaved.</returns>
    /// <exception cref="ImageException">The image is broken, too large or of another format.</exception>
    public static byte[] Decode(ReadOnlyMemory<byte> file, int size) => Decode(file, ImageView.Of(size));

    /// <summary>The same of a view: the square is resized, and its middle cut out.</summary>
    /// <param name="file">The encoded image.</param>
    /// <param name="view">What is kept of the image.</param>
    /// <returns><c>Crop×Crop×3</c>, RGB, interleaved.</returns>
    /// <exception cref="ImageException">The image is broken, too large or of another format.</exception>
    public static byte[] Decode(ReadOnlyMemory<byte> file, ImageView view) => Decode(file, view, ImageLimits.Served);

    /// <summary>The same within other limits than those of a request.</summary>
    /// <param name="file">The encoded image.</param>
    /// <param name="view">What is kept of the image.</param>
    /// <param name="limits">What the image may be at most.</param>
    /// <returns><c>Crop×Crop×3</c>, RGB, interleaved.</returns>
    /// <exception cref="ImageException">The image is broken, too large or of another format.</exception>
    public static byte[] Decode(ReadOnlyMemory<byte> file, ImageView view, ImageLimits limits) => Decode(file, view, limits, out _);

    /// <summary>The same, and whether there is something to say about the file.</summary>
    /// <param name="file">The encoded image.</param>
    /// <param name="view">What is kept of the image.</param>
    /// <param name="limits">What the image may be at most.</param>
    /// <param name="isEndMissing">Whether the file lacks its end mark, and nothing before it.</param>
    /// <returns><c>Crop×Crop×3</c>, RGB, interleaved.</returns>
    /// <exception cref="ImageException">The image is broken, too large or of another format.</exception>
    public static byte[] Decode(ReadOnlyMemory<byte> file, ImageView view, ImageLimits limits, out bool isEndMissing)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (view.Crop < 1 || view.Crop > view.Resize)
            throw new ArgumentOutOfRangeException(nameof(view), view, "The crop is at least 1 and at most the whole square.");
        var decoded = Squares(file, limits, [view.Resize]);
        isEndMissing = decoded.IsEndMissing;
        return Cut(decoded.Squares[0], view);
    }

    /// <summary>Decodes a data set's picture once, for middle squares of several sizes and for what there is to say about it.</summary>
    /// <param name="file">The encoded image.</param>
    /// <param name="sizes">Sides of the squares in pixels, each 1 to 1,024.</param>
    /// <exception cref="ImageException">The image is broken, too large or of another format.</exception>
    public static ExaminedImage Examine(ReadOnlyMemory<byte> file, params ReadOnlySpan<int> sizes) => Squares(file, ImageLimits.Trained, sizes);

    private static ExaminedImage Squares(ReadOnlyMemory<byte> file, ImageLimits limits, ReadOnlySpan<int> sizes)
    {
        using var opened = OpenedImage.Of(file, limits);
        var (width, height) = (opened.Codec.Info.Width, opened.Codec.Info.Height);
        if ((long)width * height <= MaxPixels) return Squares(opened, sizes);

        // A progressive JPEG keeps all its coefficients, three bytes a pixel: one such picture at a time.
        lock (Large) return Squares(opened, sizes);
    }

    private static ExaminedImage Squares(OpenedImage opened, ReadOnlySpan<int> sizes)
    {
        var largest = 1;
        foreach (var size in sizes)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 1024, nameof(sizes));
            largest = Math.Max(largest, size);
        }

        if (opened.IsEndMissing && opened.Format == SKEncodedImageFormat.Jpeg) UnendedJpeg.RequireWhole(opened.Bytes);
        using var decoded = DecodePixels(opened.Codec, largest);
        var squares = new byte[sizes.Length][];
        for (var i = 0; i < squares.Length; i++) squares[i] = Square(decoded, sizes[i], opened.Origin);
        var (width, height) = (opened.Codec.Info.Width, opened.Codec.Info.Height);
        var lies = opened.Origin >= SKEncodedOrigin.LeftTop;
        return new ExaminedImage(
            opened.Format,
            lies ? height : width,
            lies ? width : height,
            (int)opened.Origin,
            opened.Codec.Info.AlphaType != SKAlphaType.Opaque,
            squares)
        {
            IsEndMissing = opened.IsEndMissing,
        };
    }

    private static byte[] Square(SKBitmap decoded, int size, SKEncodedOrigin origin)
    {
        using var whole = decoded.PeekPixels();
        var side = Math.Min(whole.Width, whole.Height);
        var middle = SKRectI.Create((whole.Width - side) / 2, (whole.Height - side) / 2, side, side);
        using var square = whole.ExtractSubset(middle) ?? throw Broken("it has no middle");
        if (side == size) return Finish(square, origin);

        using var resized = Allocate(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var target = resized.PeekPixels();
        var sampling = side > size ? new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear) : new SKSamplingOptions(SKFilterMode.Linear);
        if (!square.ScalePixels(target, sampling)) throw Broken("it cannot be resized");
        return Finish(target, origin);
    }

    /// <summary>Whether a file begins like a picture, of this decoder's formats or of others, so that it was meant as one.</summary>
    /// <param name="start">Its first bytes, 12 or more.</param>
    public static bool BeginsLikePicture(ReadOnlySpan<byte> start) => EncodedImage.BeginsLikePicture(start);

    /// <summary>
    /// How many pixels the header states, without decoding any;
    /// 0 for what <see cref="Decode(ReadOnlyMemory{byte}, ImageView)"/> refuses by its header.
    /// </summary>
    public static long CountPixels(ReadOnlyMemory<byte> file)
    {
        try
        {
            using var opened = OpenedImage.Of(file, ImageLimits.Served);
            return (long)opened.Codec.Info.Width * opened.Codec.Info.Height;
        }
        catch (ImageException)
        {
            return 0;
        }
    }

    // JPEG and WebP decode at a fraction of their size for a fraction of the work; twice the size wanted still leaves the filter its due.
    private static SKBitmap DecodePixels(SKCodec codec, int size)
    {
        var full = new SKSizeI(codec.Info.Width, codec.Info.Height);
        var scaled = full;
        for (var fraction = 8; fraction > 1 && scaled == full; fraction /= 2)
        {
            if (Math.Min(full.Width, full.Height) / fraction >= 2 * size) scaled = codec.GetScaledDimensions(1f / fraction);
        }

        var bitmap = Allocate(new SKImageInfo(scaled.Width, scaled.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result == SKCodecResult.Success) return bitmap;

        bitmap.Dispose();
        throw result == SKCodecResult.IncompleteInput ? Broken("it ends before its last row") : Broken("its data is corrupt");
    }

    private static SKBitmap Allocate(SKImageInfo info)
    {
        var bitmap = new SKBitmap();
        if (bitmap.TryAllocPixels(info)) return bitmap;
        bitmap.Dispose();
        throw new ImageException(ErrorCatalogue.ImageTooLarge, $"There is no memory for an image of {info.Width}×{info.Height} pixels.");
    }

    // Colours are multiplied by their opacity already, so what is missing to 255 is white's share. The origins are EXIF's, 1 to 8: the square's rows
    // and columns are swapped from 5 on, then each axis may run backwards.
    private static byte[] Finish(SKPixmap square, SKEncodedOrigin origin)
    {
        var size = square.Width;
        var rgb = new byte[size * size * 3];
        var swapped = origin >= SKEncodedOrigin.LeftTop;
        var mirrored = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        var upsideDown =
            origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var pixels = MemoryMarshal.Cast<byte, uint>(square.GetPixelSpan());
        var line = square.RowBytes / sizeof(uint);
        var (right, down) = swapped ? (line, 1) : (1, line);
        var target = 0;
        for (var y = 0; y < size; y++)
        {
            var source = ((upsideDown ? size - 1 - y : y) * down) + (mirrored ? (size - 1) * right : 0);
            var step = mirrored ? -right : right;
            for (var x = 0; x < size; x++, source += step, target += 3)
            {
                var pixel = pixels[source];
                var white = 255 - (pixel >> 24);
                rgb[target] = (byte)Math.Min(255, (pixel & 255) + white);
                rgb[target + 1] = (byte)Math.Min(255, ((pixel >> 8) & 255) + white);
                rgb[target + 2] = (byte)Math.Min(255, ((pixel >> 16) & 255) + white);
            }
        }

        return rgb;
    }

    // Cut out of upright pixels, so that an odd pixel more is on the same side whatever the orientation was.
    private static byte[] Cut(byte[] square, ImageView view)
    {
        if (view.Resize == view.Crop) return square;
        var margin = (view.Resize - view.Crop) / 2;
        var middle = new byte[view.Crop * view.Crop * 3];
        for (var row = 0; row < view.Crop; row++)
            square.AsSpan((((margin + row) * view.Resize) + margin) * 3, view.Crop * 3).CopyTo(middle.AsSpan(row * view.Crop * 3));
        return middle;
    }

    private static ImageException Broken(string why) => new(ErrorCatalogue.ImageUndecodable, $"The image is broken: {why}.");
}
