using SkiaSharp;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Images;
using WrnCloud.Shared.Tests.Datasets;

namespace WrnCloud.Shared.Tests.Images;

public sealed class ImageDecoderTests
{
    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void CountPixels_OfAPicture_IsItsHeaders(SKEncodedImageFormat format)
    {
        using var bitmap = Pictures.Halves(30, 20);

        Assert.Equal(600, ImageDecoder.CountPixels(Pictures.Encoded(bitmap, format)));
    }

    [Fact]
    public void CountPixels_OfWhatIsRefusedByItsHeader_IsZero()
    {
        Assert.Equal(0, ImageDecoder.CountPixels(Array.Empty<byte>()));
        Assert.Equal(0, ImageDecoder.CountPixels(Pictures.Bmp()));
        Assert.Equal(0, ImageDecoder.CountPixels(PngFile.Of(PngFile.Header(16_384, 16_384), PngFile.Data([0]), PngFile.End())));
    }

    [Fact]
    public void Decode_PngOfTheSizeWanted_KeepsEveryPixel()
    {
        var rgb = new byte[32 * 32 * 3];
        new Random(1).NextBytes(rgb);

        Assert.Equal(rgb, ImageDecoder.Decode(ImageEncoder.Png(rgb, 32, 32), 32));
    }

    [Theory]
    [InlineData(10, 8)]
    [InlineData(10, 7)]
    [InlineData(10, 10)]
    [InlineData(10, 1)]
    public void Decode_View_IsTheMiddleOfTheScaledSquare(int resize, int crop)
    {
        var rgb = new byte[30 * 20 * 3];
        new Random(3).NextBytes(rgb);
        var png = ImageEncoder.Png(rgb, 30, 20);

        var view = ImageDecoder.Decode(png, new ImageView(resize, crop));

        var (whole, margin) = (ImageDecoder.Decode(png, resize), (resize - crop) / 2);
        Assert.Equal(crop * crop * 3, view.Length);
        for (var row = 0; row < crop; row++)
            Assert.Equal(whole.AsSpan((((row + margin) * resize) + margin) * 3, crop * 3), view.AsSpan(row * crop * 3, crop * 3));
    }

    [Theory]
    [InlineData(10, 11)]
    [InlineData(10, 0)]
    [InlineData(1025, 10)]
    public void Decode_ViewThatIsNone_Throws(int resize, int crop) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageDecoder.Decode(ImageEncoder.Png([1, 2, 3], 1, 1), new ImageView(resize, crop)));

    [Fact]
    public void Decode_LosslessWebp_KeepsEveryPixel()
    {
        var rgb = ImagePlanes.Interleave(Shapes10.Generate(1, 1).Pixels);
        using var bitmap = SKBitmap.Decode(ImageEncoder.Png(rgb, 32, 32));
        using var pixels = bitmap.PeekPixels();
        using var webp = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100));

        Assert.Equal(rgb, ImageDecoder.Decode(webp!.ToArray(), 32));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 0)]
    [InlineData(SKEncodedImageFormat.Jpeg, 30)]
    [InlineData(SKEncodedImageFormat.Webp, 30)]
    public void Decode_LargerPicture_IsScaledDown(SKEncodedImageFormat format, int tolerance)
    {
        using var bitmap = Pictures.Halves(300, 300);

        var rgb = ImageDecoder.Decode(Pictures.Encoded(bitmap, format), 32);

        Assert.Equal(32 * 32 * 3, rgb.Length);
        Near([255, 0, 0], Pictures.Pixel(rgb, 32, 4, 16), tolerance);
        Near([0, 0, 255], Pictures.Pixel(rgb, 32, 27, 16), tolerance);
    }

    [Fact]
    public void Decode_FineCheckerboard_AveragesInsteadOfSampling()
    {
        using var bitmap = new SKBitmap(512, 512, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var y = 0; y < 512; y++)
        {
            for (var x = 0; x < 512; x++) bitmap.SetPixel(x, y, (x + y) % 2 == 0 ? SKColors.White : SKColors.Black);
        }

        var rgb = ImageDecoder.Decode(Pictures.Encoded(bitmap, SKEncodedImageFormat.Png), 32);

        Assert.All(rgb, value => Assert.InRange(value, (byte)120, (byte)135));
    }

    [Theory]
    [InlineData(96, 32)]
    [InlineData(32, 96)]
    public void Decode_OblongPicture_KeepsItsMiddleUndistorted(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.Erase(SKColors.Blue);
        bitmap.Erase(SKColors.Red, SKRectI.Create((width - 32) / 2, (height - 32) / 2, 32, 32));

        var rgb = ImageDecoder.Decode(Pictures.Encoded(bitmap, SKEncodedImageFormat.Png), 32);

        for (var i = 0; i < rgb.Length; i += 3) Assert.Equal([255, 0, 0], rgb[i..(i + 3)]);
    }

    [Fact]
    public void Decode_TransparentPixels_LieOverWhite()
    {
        using var bitmap = new SKBitmap(32, 32, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.Erase(new SKColor(255, 0, 0, 0), SKRectI.Create(0, 0, 16, 32));
        bitmap.Erase(new SKColor(0, 0, 0, 128), SKRectI.Create(16, 0, 16, 32));

        var rgb = ImageDecoder.Decode(Pictures.Encoded(bitmap, SKEncodedImageFormat.Png), 32);

        Assert.Equal([255, 255, 255], Pictures.Pixel(rgb, 32, 3, 3));
        Near([127, 127, 127], Pictures.Pixel(rgb, 32, 28, 3), 1);
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 31, 0)]
    [InlineData(3, 31, 31)]
    [InlineData(4, 0, 31)]
    [InlineData(5, 0, 0)]
    [InlineData(6, 31, 0)]
    [InlineData(7, 31, 31)]
    [InlineData(8, 0, 31)]
    public void Decode_ExifOrientation_TurnsTheFirstPixelToItsPlace(byte orientation, int x, int y)
    {
        using var bitmap = new SKBitmap(32, 32, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.Erase(SKColors.Black);
        bitmap.Erase(SKColors.White, SKRectI.Create(0, 0, 16, 8));

        var rgb = ImageDecoder.Decode(JpegFile.Oriented(bitmap, orientation), 32);

        // The white bar is 16 long and 8 high: from its corner it reaches 12 pixels along its length, not across.
        Near([255, 255, 255], Pictures.Pixel(rgb, 32, x, y), 20);
        var (alongX, alongY) = orientation <= 4 ? (12, 0) : (0, 12);
        Near([255, 255, 255], Pictures.Pixel(rgb, 32, Inwards(x, alongX), Inwards(y, alongY)), 20);
        Near([0, 0, 0], Pictures.Pixel(rgb, 32, Inwards(x, alongY), Inwards(y, alongX)), 20);

        static int Inwards(int corner, int by) => corner == 0 ? by : corner - by;
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Decode_ExifOrientationInAPng_TurnsItAsInAJpeg(bool littleEndian, bool beforeThePixels)
    {
        using var bitmap = Pictures.Halves(32, 32);
        using (var marked = new SKCanvas(bitmap)) marked.DrawRect(SKRect.Create(0, 0, 16, 8), new SKPaint { Color = SKColors.White });
        var png = Pictures.Encoded(bitmap, SKEncodedImageFormat.Png);
        for (byte orientation = 1; orientation <= 8; orientation++)
        {
            var turned = ImageDecoder.Decode(PngFile.WithExif(png, PngFile.Exif(orientation, littleEndian), beforeThePixels), 32);

            var expected = ImageDecoder.Decode(JpegFile.Oriented(bitmap, orientation), 32);
            Assert.All(
                ((int, int)[])[(2, 2), (29, 2), (2, 29), (29, 29), (12, 2), (2, 12)],
                p => Near(Pictures.Pixel(expected, 32, p.Item1, p.Item2), Pictures.Pixel(turned, 32, p.Item1, p.Item2), 30));
        }
    }

    [Fact]
    public void Decode_PngWithDamagedExif_IsAPictureAllTheSame()
    {
        using var bitmap = Pictures.Halves(32, 32);
        var png = Pictures.Encoded(bitmap, SKEncodedImageFormat.Png);
        var upright = ImageDecoder.Decode(png, 32);
        var exif = PngFile.Exif(6, littleEndian: false);

        Assert.NotEqual(upright, ImageDecoder.Decode(PngFile.WithExif(png, exif, beforeThePixels: true), 32));
        for (var length = 0; length < exif.Length - 4; length++)
            Assert.Equal(upright, ImageDecoder.Decode(PngFile.WithExif(png, exif[..length], beforeThePixels: true), 32));
        Assert.Equal(upright, ImageDecoder.Decode(PngFile.WithExif(png, PngFile.Exif(9, littleEndian: true), beforeThePixels: true), 32));
        foreach (var damaged in Damage.Of(exif, 500, 3)) ImageDecoder.Decode(PngFile.WithExif(png, damaged, beforeThePixels: true), 32);
    }

    [Fact]
    public void Decode_SixteenBitPng_KeepsTheUpperByte()
    {
        byte[] row = [0, 0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC];

        var rgb = ImageDecoder.Decode(PngFile.Of(PngFile.Header(1, 1, depth: 16), PngFile.Data(row), PngFile.End()), 1);

        Near([0x12, 0x56, 0x9A], rgb, 1);
    }

    [Fact]
    public void Decode_GrayPng_HasThreeEqualChannels()
    {
        var rgb = ImageDecoder.Decode(PngFile.Of(PngFile.Header(2, 2, colourType: 0), PngFile.Data([0, 7, 7, 0, 7, 7]), PngFile.End()), 2);

        Assert.All(rgb, value => Assert.Equal(7, value));
    }

    [Fact]
    public void Decode_PalettePngWithTransparency_UsesBoth()
    {
        var png = PngFile.Of(
            PngFile.Header(2, 2, colourType: 3),
            PngFile.Chunk("PLTE"u8, [10, 20, 30, 40, 50, 60]),
            PngFile.Chunk("tRNS"u8, [0]),
            PngFile.Data([0, 0, 1, 0, 1, 0]),
            PngFile.End());

        Assert.Equal([255, 255, 255, 40, 50, 60, 40, 50, 60, 255, 255, 255], ImageDecoder.Decode(png, 2));
    }

    [Fact]
    public void Decode_CmykJpeg_BecomesRgb()
    {
        var rgb = ImageDecoder.Decode(JpegFile.Cmyk(), 8);

        Assert.Single(rgb.Distinct());
        Assert.InRange(rgb[0], (byte)40, (byte)90);
    }

    [Fact]
    public void Decode_SmallPicture_IsEnlarged()
    {
        var rgb = ImageDecoder.Decode(ImageEncoder.Png([200, 100, 50], 1, 1), 32);

        for (var i = 0; i < rgb.Length; i += 3) Assert.Equal([200, 100, 50], rgb[i..(i + 3)]);
    }

    private static void Near(byte[] expected, byte[] actual, int tolerance)
    {
        for (var c = 0; c < 3; c++)
            Assert.True(Math.Abs(expected[c] - actual[c]) <= tolerance, $"Expected {string.Join(',', expected)}, found {string.Join(',', actual)}.");
    }

    [Fact]
    public void Examine_PhotographOfAHundredMegapixels_IsReadWhereARequestsIsNot()
    {
        var file = JpegFile.Gray(11_648, 8_736);

        var examined = ImageDecoder.Examine(file, 72, 32);

        Assert.Equal((11_648, 8_736), (examined.Width, examined.Height));
        Assert.Equal([72 * 72 * 3, 32 * 32 * 3], examined.Squares.Select(s => s.Length));
        Assert.All(examined.Squares[1], b => Assert.Equal(128, b));
        Assert.Equal(examined.Squares[1], ImageDecoder.Decode(file, ImageView.Of(32), ImageLimits.Trained));
        Assert.Equal(ErrorCatalogue.ImageTooLarge, Assert.Throws<ImageException>(() => ImageDecoder.Decode(file, 32)).Error);
    }
}
