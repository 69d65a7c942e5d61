using SkiaSharp;
using WrnCloud.Images;

namespace WrnCloud.Shared.Tests.Images;

public sealed class ImageDecoderBadInputTests
{
    private static readonly byte[] Gif = [.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0];
    private static readonly byte[] Heic = [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0];

    public static TheoryData<string, string> Cases() => new(All().Select(c => (c.Name, c.Code)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decode_BadInput_GivesItsCodeInTime(string name, string code)
    {
        var bytes = All().Single(c => c.Name == name).Bytes;

        ImageException? error = null;
        var time = ThreadTime.Of(() => error = Assert.Throws<ImageException>(() => ImageDecoder.Decode(bytes, 32)));

        Assert.Equal(code, error!.Error.Code);
        Assert.True(time < TimeSpan.FromSeconds(2), $"It took {time} of processor time.");
    }

    [Fact]
    public void Decode_CompressedTextThatUnpacksToGigabytes_IsNotUnpacked()
    {
        // Each chunk is 8 KiB and unpacks to 8 MiB: 7 GiB in all, had the decoder seen them.
        byte[] text = [.. "Comment\0\0"u8, .. PngFile.Deflate(new byte[8 << 20])];
        var chunks = Enumerable.Repeat(PngFile.Chunk("zTXt"u8, text), 900).SelectMany(c => c).ToArray();
        byte[] profile = [.. "icc\0\0"u8, .. PngFile.Deflate(new byte[64 << 20])];
        var png = PngFile.Of(PngFile.Header(1, 1), PngFile.Chunk("iCCP"u8, profile), chunks, PngFile.Data([0, 1, 2, 3]), PngFile.End());
        Assert.True(png.Length < ImageDecoder.MaxBytes, $"The test's file has {png.Length} bytes.");

        var time = ThreadTime.Of(() => Assert.Equal([1, 2, 3], ImageDecoder.Decode(png, 1)));

        Assert.True(time < TimeSpan.FromSeconds(1), $"It took {time} of processor time.");
    }

    [Fact]
    public void Decode_LargestPictureAllowed_TakesBoundedTime()
    {
        var rows = new byte[(1 + (6300 * 3)) * 6300];
        var png = PngFile.Of(PngFile.Header(6300, 6300), PngFile.Data(rows), PngFile.End());

        var time = ThreadTime.Of(() => Assert.All(ImageDecoder.Decode(png, 32), value => Assert.Equal(0, value)));

        Assert.True(time < TimeSpan.FromSeconds(5), $"It took {time} of processor time.");
    }

    [Fact]
    public void Decode_MostScansAllowedOnTheLargestPicture_TakesBoundedTime()
    {
        var picture = JpegFile.Progressive(6300, 6300, 40);

        var time = ThreadTime.Of(() => Answer(picture));

        Assert.True(time < TimeSpan.FromSeconds(5), $"It took {time} of processor time.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decode_SeveralScansThatTakeMoreMemoryThanAPhotographMay_IsRefusedByItsHeader(bool isProgressive)
    {
        var picture = isProgressive ? JpegFile.Progressive(10_240, 10_240, 2, components: 3) : JpegFile.ScanByScan(10_240, 10_240);

        var error = Assert.Throws<ImageException>(() => ImageDecoder.Decode(picture, ImageView.Of(32), ImageLimits.Trained));

        Assert.Equal("image-too-large", error.Error.Code);
        Assert.Contains("600 MiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_SeveralScansOfALargePhotograph_IsDecoded() =>
        Assert.Equal(32 * 32 * 3, ImageDecoder.Decode(JpegFile.Progressive(6_600, 6_600, 2), ImageView.Of(32), ImageLimits.Trained).Length);

    [Fact]
    public void Decode_RandomDamage_GivesAPictureOrAnError()
    {
        using var bitmap = Pictures.Noise(40, 2);
        byte[][] good =
        [
            Pictures.Encoded(bitmap, SKEncodedImageFormat.Png), Pictures.Encoded(bitmap, SKEncodedImageFormat.Jpeg, 80),
            Pictures.Encoded(bitmap, SKEncodedImageFormat.Webp, 80), JpegFile.Cmyk(), JpegFile.Progressive(40, 40, 8),
        ];
        var random = new Random(20260101);
        var refused = 0;
        for (var i = 0; i < 4000; i++)
        {
            var bytes = good[i % good.Length].ToArray();

            // Headers are short and decide most, so that every second blow goes there.
            for (var blows = random.Next(1, 6); blows > 0; blows--)
                bytes[random.Next(random.Next(2) == 0 ? Math.Min(bytes.Length, 80) : bytes.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(5) == 0) bytes = bytes[..random.Next(bytes.Length)];
            if (!Answer(bytes)) refused++;
        }

        Assert.InRange(refused, 1000, 3999);
    }

    private static bool Answer(byte[] bytes)
    {
        try
        {
            Assert.Equal(32 * 32 * 3, ImageDecoder.Decode(bytes, 32).Length);
            return true;
        }
        catch (ImageException)
        {
            return false;
        }
    }

    private static IEnumerable<(string Name, string Code, byte[] Bytes)> All()
    {
        const string Undecodable = "image-undecodable", TooLarge = "image-too-large", Unsupported = "format-unsupported";
        using var bitmap = Pictures.Noise(16, 3);
        var png = Pictures.Encoded(bitmap, SKEncodedImageFormat.Png);
        var jpeg = Pictures.Encoded(bitmap, SKEncodedImageFormat.Jpeg);
        byte[] badChecksum = [.. png];
        badChecksum[60] ^= 1;

        yield return ("zero bytes", Undecodable, []);
        yield return ("one byte", Undecodable, [0x89]);
        yield return ("text renamed .png", Undecodable, "hello, this is no picture"u8.ToArray());
        yield return ("zeros", Undecodable, new byte[5000]);
        yield return ("zip", Undecodable, "PK\u0003\u0004"u8.ToArray());
        yield return ("PNG signature alone", Undecodable, PngFile.Signature);
        yield return ("PNG without pixels", Undecodable, PngFile.Of(PngFile.Header(4, 4), PngFile.End()));
        yield return ("PNG with too few rows", Undecodable, PngFile.Of(PngFile.Header(4, 4), PngFile.Data(new byte[13 * 2]), PngFile.End()));
        yield return ("PNG without header", Undecodable, PngFile.Of(PngFile.Data([0, 1, 2, 3]), PngFile.End()));
        yield return ("PNG of no width", Undecodable, PngFile.Of(PngFile.Header(0, 4), PngFile.Data([0]), PngFile.End()));
        yield return ("PNG with wrong checksum", Undecodable, badChecksum);
        yield return ("PNG with a chunk of 4 GiB", Undecodable, [.. PngFile.Signature, 0xFF, 0xFF, 0xFF, 0xFF, .. "IHDR"u8, .. new byte[30]]);
        yield return ("PNG 1 by 500 million", TooLarge, PngFile.Of(PngFile.Header(1, 500_000_000), PngFile.Data([0]), PngFile.End()));
        yield return ("PNG 65,535 squared", TooLarge, PngFile.Of(PngFile.Header(65_535, 65_535), PngFile.Data([0]), PngFile.End()));
        yield return ("PNG of 41 megapixels", TooLarge, PngFile.Of(PngFile.Header(6_404, 6_404), PngFile.Data([0]), PngFile.End()));
        yield return ("more than 8 MiB", TooLarge, [.. png, .. new byte[ImageDecoder.MaxBytes]]);
        yield return ("JPEG of 41 scans", TooLarge, JpegFile.Progressive(8, 8, 41));
        yield return ("JPEG start alone", Undecodable, [0xFF, 0xD8, 0xFF]);
        yield return ("JPEG without its last row", Undecodable, jpeg[..^40]);
        yield return ("PNG that ends before its pixels", Undecodable, PngFile.Of(PngFile.Header(4, 4)));
        yield return ("PNG that ends between its pixels", Undecodable, PngFile.Of(PngFile.Header(4, 4), PngFile.Data(new byte[13 * 2])));
        yield return ("JPEG arithmetic", Unsupported, JpegFile.OfProcess(0xC9, 8));
        yield return ("JPEG lossless", Unsupported, JpegFile.OfProcess(0xC3, 8));
        yield return ("JPEG of 12 bits", Unsupported, JpegFile.OfProcess(0xC1, 12));
        yield return ("APNG", Unsupported, [.. png[..33], .. PngFile.Chunk("acTL"u8, [0, 0, 0x27, 0x10, 0, 0, 0, 0]), .. png[33..]]);
        yield return ("animated WebP", Unsupported, [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 2, .. new byte[9]]);
        yield return ("WebP without pixels", Undecodable, [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8L"u8, 10, 0, 0, 0, .. new byte[10]]);
        yield return ("GIF", Unsupported, Gif);
        yield return ("HEIC", Unsupported, Heic);
        yield return ("BMP", Unsupported, Pictures.Bmp());
        yield return ("SVG", Unsupported, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray());
        yield return ("HTML", Unsupported, "<!DOCTYPE html>"u8.ToArray());
    }
}
