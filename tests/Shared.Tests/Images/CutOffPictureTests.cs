using SkiaSharp;
using WrnCloud.Images;

namespace WrnCloud.Shared.Tests.Images;

/// <summary>Files that end early: without their end mark alone they are pictures, and half of one never is.</summary>
public sealed class CutOffPictureTests
{
    private const int Side = 48;

    [Theory]
    [InlineData("png", 12)]
    [InlineData("jpeg", 2)]
    [InlineData("jpeg with colors at half", 2)]
    [InlineData("sequential", 2)]
    [InlineData("restarts", 2)]
    [InlineData("a restart a block", 2)]
    [InlineData("progressive", 2)]
    [InlineData("webp", 0)]
    public void Decode_CutOffAnywhere_IsNeverHalfAPicture(string kind, int endMark)
    {
        var whole = Whole(kind);
        foreach (var side in (int[])[Side, 5])
        {
            var picture = ImageDecoder.Decode(whole, ImageView.Of(side), ImageLimits.Served, out var isEndMissing);
            Assert.False(isEndMissing);

            for (var length = 0; length < whole.Length - endMark; length += length < whole.Length - 80 ? 1 + (whole.Length / 200) : 1)
            {
                var mayBeWhole = length >= whole.Length - endMark - 1;
                Assert.True(IsRefusedOr(picture, whole.AsMemory(0, length), side, mayBeWhole), $"{side}, {length} of {whole.Length}");
            }

            // All of the end mark, or a part of it.
            for (var length = whole.Length - endMark; length < whole.Length; length++)
            {
                Assert.Equal(picture, ImageDecoder.Decode(whole.AsMemory(0, length), ImageView.Of(side), ImageLimits.Served, out isEndMissing));
                Assert.True(isEndMissing);
            }
        }
    }

    [Fact]
    public void Decode_CutAtARestart_IsNoPicture()
    {
        var whole = JpegScanWriter.Sequential(6, 4, 5);
        for (var i = 2; i < whole.Length; i++)
        {
            if (whole[i - 2] != 0xFF || whole[i - 1] is not (>= 0xD0 and <= 0xD7)) continue;
            AssertRefused(whole[..i]);
            AssertRefused(whole[..(i - 1)]);
            AssertRefused(whole[..(i - 2)]);
        }
    }

    [Fact]
    public void Decode_ProgressiveJpegThatLacksScans_IsNoPicture()
    {
        var whole = JpegScanWriter.Progressive(6, 4);
        var at = whole.Length;
        for (var scan = 0; scan < 4; scan++)
        {
            at = whole.AsSpan(0, at).LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
            AssertRefused(whole[..at]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xFF)]
    public void Decode_FilledUpToItsLength_IsHeldToWhatWasWritten(byte filler)
    {
        var whole = Whole("jpeg");
        byte[] fill = [.. Enumerable.Repeat(filler, whole.Length)];

        Assert.Equal(ImageDecoder.Decode(whole, Side), ImageDecoder.Decode((byte[])[.. whole.AsSpan(0, whole.Length - 2), .. fill], Side));
        AssertRefused([.. whole.AsSpan(0, whole.Length / 2), .. fill]);
        AssertRefused([.. whole.AsSpan(0, whole.Length - 40), .. fill]);
    }

    [Fact]
    public void Decode_FlatPictureFilledUpWithZeros_IsNoPicture()
    {
        // Zeros are blocks like the one before in many files: of this one they are all there is.
        var whole = JpegFile.Gray(64, 64);

        AssertRefused([.. whole.AsSpan(0, whole.Length - 10), .. new byte[100]]);
    }

    [Fact]
    public void Decode_LargePictureOfManyScansWithoutItsEnd_TakesBoundedTime()
    {
        // Its last scan ends with a byte that is none of its own, so that nothing is told by the file's headers.
        byte[] picture = [.. JpegFile.Progressive(3150, 3150, 20)[..^2], 0x01];

        var time = ThreadTime.Of(() => ImageDecoder.Decode(picture, 32));

        Assert.True(time < TimeSpan.FromSeconds(3), $"It took {time} of processor time.");
        var more = JpegFile.Progressive(3150, 3150, 21)[..^2];
        Assert.Equal("image-too-large", Assert.Throws<ImageException>(() => ImageDecoder.Decode(more, 32)).Code);
    }

    [Theory]
    [InlineData("png", 12)]
    [InlineData("jpeg", 2)]
    public void Examine_EndMarkMissing_SaysSo(string kind, int endMark)
    {
        var whole = Whole(kind);

        Assert.False(ImageDecoder.Examine(whole, 32).IsEndMissing);
        Assert.True(ImageDecoder.Examine(whole.AsMemory(0, whole.Length - endMark), 32).IsEndMissing);
    }

    // What pads the last byte can't be told from what is missing: then the pixels are the whole picture's.
    private static bool IsRefusedOr(byte[] picture, ReadOnlyMemory<byte> cut, int side, bool mayBeWhole)
    {
        try
        {
            var pixels = ImageDecoder.Decode(cut, side);
            return mayBeWhole && pixels.AsSpan().SequenceEqual(picture);
        }
        catch (ImageException e)
        {
            return e.Code == "image-undecodable";
        }
    }

    private static void AssertRefused(byte[] file) =>
        Assert.Equal("image-undecodable", Assert.Throws<ImageException>(() => ImageDecoder.Decode(file, Side)).Code);

    private static byte[] Whole(string kind)
    {
        using var bitmap = Pictures.Noise(Side, 1);
        using var pixels = bitmap.PeekPixels();
        return kind switch
        {
            "png" => Pictures.Encoded(bitmap, SKEncodedImageFormat.Png),
            "jpeg" => Pictures.Encoded(bitmap, SKEncodedImageFormat.Jpeg, 90),
            "jpeg with colors at half" =>
                pixels.Encode(new SKJpegEncoderOptions(60, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore))!.ToArray(),
            "sequential" => JpegScanWriter.Sequential(Side / 8, 0, 2),
            "restarts" => JpegScanWriter.Sequential(Side / 8, 5, 3),
            "a restart a block" => JpegScanWriter.Sequential(Side / 8, 1, 3),
            "progressive" => JpegScanWriter.Progressive(Side / 8, 4),
            _ => Pictures.Encoded(bitmap, SKEncodedImageFormat.Webp, 90),
        };
    }
}
