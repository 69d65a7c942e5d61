using SkiaSharp;
using WrnCloud.Images;

namespace WrnCloud.Shared.Tests.Images;

public sealed class ImageEncoderTests
{
    [Fact]
    public void Png_OblongPicture_IsReadBackByAnotherReader()
    {
        byte[] rgb = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];

        using var bitmap = SKBitmap.Decode(ImageEncoder.Png(rgb, 3, 2));

        Assert.Equal((3, 2), (bitmap.Width, bitmap.Height));
        Assert.Equal(new SKColor(4, 5, 6), bitmap.GetPixel(1, 0));
        Assert.Equal(new SKColor(16, 17, 18), bitmap.GetPixel(2, 1));
    }

    [Fact]
    public void Png_BytesDoNotFitTheSize_Throws() => Assert.Throws<ArgumentException>(() => ImageEncoder.Png(new byte[10], 2, 2));

    [Fact]
    public void Planes_ThereAndBack_IsTheSame()
    {
        byte[] planes = [1, 2, 3, 4, 5, 6];

        Assert.Equal([1, 3, 5, 2, 4, 6], ImagePlanes.Interleave(planes));
        Assert.Equal(planes, ImagePlanes.Separate(ImagePlanes.Interleave(planes)));
        Assert.Throws<ArgumentException>(() => ImagePlanes.Interleave(new byte[4]));
    }
}
