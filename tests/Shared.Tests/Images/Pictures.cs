using SkiaSharp;

namespace WrnCloud.Shared.Tests.Images;

/// <summary>Pictures for the tests of the decoder.</summary>
internal static class Pictures
{
    /// <summary>Left half red, right half blue.</summary>
    public static SKBitmap Halves(int width, int height)
    {
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++) bitmap.SetPixel(x, y, x < width / 2 ? SKColors.Red : SKColors.Blue);
        }

        return bitmap;
    }

    /// <summary>Noise that compresses badly, so that a file cut anywhere has lost pixels.</summary>
    public static SKBitmap Noise(int side, int seed)
    {
        var random = new Random(seed);
        var bitmap = new SKBitmap(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++) bitmap.SetPixel(x, y, new SKColor((uint)random.Next() | 0xFF000000));
        }

        return bitmap;
    }

    public static byte[] Encoded(SKBitmap bitmap, SKEncodedImageFormat format, int quality = 100)
    {
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    public static byte[] Pixel(byte[] rgb, int size, int x, int y) => rgb.AsSpan(((y * size) + x) * 3, 3).ToArray();

    /// <summary>One black pixel as BMP: fine, and not on the list.</summary>
    public static byte[] Bmp() =>
        [.. "BM"u8, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, .. new byte[24], 0, 0, 0, 0];
}
