using SkiaSharp;
using WrnCloud.TrainerJob.Reports;

namespace WrnCloud.TrainerJob.Tests.Reports;

public sealed class ConfusionPictureTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(100)]
    public void Draw_DiagonalMatrix_IsDarkOnTheDiagonalFromTheTopLeft(int count)
    {
        using var picture = SKBitmap.Decode(Draw(count, (truth, predicted) => truth == predicted ? 100 : 0));

        // The axes' frame is the largest rectangle of black lines; what is inside is found from its corners.
        var (left, top, right, bottom) = Frame(picture);
        var (width, height) = ((right - left) / (float)count, (bottom - top) / (float)count);
        Assert.True(IsDark(At(picture, left + (width * 0.2f), top + (height * 0.2f))));
        Assert.True(IsDark(At(picture, right - (width * 0.2f), bottom - (height * 0.2f))));
        Assert.False(IsDark(At(picture, right - (width * 0.2f), top + (height * 0.2f))));
        Assert.False(IsDark(At(picture, left + (width * 0.2f), bottom - (height * 0.2f))));
    }

    [Fact]
    public void Draw_AboveTwentyClasses_WritesNoCounts()
    {
        Assert.NotEqual(Draw(20, (_, _) => 1), Draw(20, (_, _) => 2));
        Assert.Equal(Draw(21, (_, _) => 1), Draw(21, (_, _) => 2));
    }

    [Fact]
    public void Draw_FewClasses_WritesTheCountsAndTheScale()
    {
        using var counted = SKBitmap.Decode(Draw(2, (truth, predicted) => truth == predicted ? 88 : 0));

        // White on the dark cell of the first class, where the count is; dark beside the scale at the right edge.
        var cell = Enumerable.Range(0, counted.Height / 2).SelectMany(y => Enumerable.Range(0, counted.Width / 2).Select(x => (x, y)));
        var framed = cell.Where(p => IsDark(counted.GetPixel(p.x, p.y))).ToList();
        var (left, right, top, bottom) = (framed.Min(p => p.x), framed.Max(p => p.x), framed.Min(p => p.y), framed.Max(p => p.y));
        var (x0, y0) = ((left + right) / 2, (top + bottom) / 2);
        Assert.Contains(
            Enumerable.Range(x0 - 60, 120).SelectMany(x => Enumerable.Range(y0 - 60, 120).Select(y => (x, y))),
            p => counted.GetPixel(p.x, p.y) is { Red: > 240, Green: > 240 });
        Assert.Contains(
            Enumerable.Range(0, counted.Height).SelectMany(y => Enumerable.Range(counted.Width - 40, 38).Select(x => (x, y))),
            p => counted.GetPixel(p.x, p.y) is { Red: < 120 });
    }

    [Fact]
    public void Draw_ClassWithoutImages_StillDraws() => Assert.NotNull(SKBitmap.Decode(Draw(3, (truth, _) => truth == 0 ? 0 : 5)));

    private static byte[] Draw(int count, Func<int, int, int> cell) => ConfusionPicture.Draw(
        [.. Enumerable.Range(0, count).Select(i => $"class {i}")], [.. Enumerable.Range(0, count * count).Select(i => cell(i / count, i % count))]);

    private static SKColor At(SKBitmap picture, float x, float y) => picture.GetPixel((int)x, (int)y);

    private static bool IsDark(SKColor color) => color.Red < 60 && color.Blue < 160;

    private static (int Left, int Top, int Right, int Bottom) Frame(SKBitmap picture)
    {
        var middle = picture.Height / 3;
        var left = Enumerable.Range(0, picture.Width).First(x => IsLine(picture, x, middle));
        var top = Enumerable.Range(0, picture.Height).First(y => picture.GetPixel(left + 2, y) is { Red: < 80 });
        var bottom = Enumerable.Range(0, picture.Height).Last(y => picture.GetPixel(left, y) is { Red: < 80 });
        var right = Enumerable.Range(left + 1, picture.Width - left - 1).First(x => x > left + 100 && IsLine(picture, x, middle));
        return (left, top, right, bottom);
    }

    // A vertical line of the frame: black over a third of the picture's height, where text and cells are not.
    private static bool IsLine(SKBitmap picture, int x, int middle) =>
        Enumerable.Range(middle - 60, 120).All(y => picture.GetPixel(x, y) is { Red: < 80, Green: < 80, Blue: < 80 });
}
