using SkiaSharp;

namespace WrnCloud.Images;

/// <summary>Writes images for people to look at: samples, cards, the demo's archive.</summary>
public static class ImageEncoder
{
    /// <summary>Encodes a PNG, lossless, without transparency.</summary>
    /// <param name="rgb"><c>H×W×3</c>, interleaved.</param>
    /// <param name="width">W, at least 1.</param>
    /// <param name="height">H, at least 1.</param>
    public static byte[] Png(ReadOnlySpan<byte> rgb, int width, int height) => Encode(rgb, width, height, SKEncodedImageFormat.Png, 100);

    /// <summary>Encodes a JPEG, small enough for a page of many.</summary>
    /// <param name="rgb"><c>H×W×3</c>, interleaved.</param>
    /// <param name="width">W, at least 1.</param>
    /// <param name="height">H, at least 1.</param>
    public static byte[] Jpeg(ReadOnlySpan<byte> rgb, int width, int height) => Encode(rgb, width, height, SKEncodedImageFormat.Jpeg, 75);

    private static byte[] Encode(ReadOnlySpan<byte> rgb, int width, int height, SKEncodedImageFormat format, int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != 3L * width * height)
            throw new ArgumentException($"{width}×{height} pixels have {3L * width * height} bytes, not {rgb.Length}.", nameof(rgb));

        var rgba = new byte[4 * width * height];
        for (var (from, to) = (0, 0); to < rgba.Length; from += 3, to += 4)
        {
            rgb.Slice(from, 3).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = 255;
        }

        using var image = SKImage.FromPixelCopy(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque), rgba);
        using var encoded = image.Encode(format, quality);
        return encoded.ToArray();
    }
}
