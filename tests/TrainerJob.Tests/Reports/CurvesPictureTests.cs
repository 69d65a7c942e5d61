using SkiaSharp;
using WrnCloud.Jobs;
using WrnCloud.TrainerJob.Reports;

namespace WrnCloud.TrainerJob.Tests.Reports;

public sealed class CurvesPictureTests
{
    private static readonly SKColor Training = SKColor.Parse("#1f77b4");
    private static readonly SKColor Test = SKColor.Parse("#d62728");

    [Fact]
    public void Draw_PointsOfAJob_ShowsItsLines()
    {
        var points = Enumerable.Range(1, 60).Select(i => Point(i * 10, i % 20 == 0)).ToList();

        using var picture = SKBitmap.Decode(CurvesPicture.Draw(points));

        Assert.True(Count(picture, Training) > 1000);
        Assert.True(Count(picture, Test) > 300);
        using var shorter = SKBitmap.Decode(CurvesPicture.Draw([.. points.Take(20)]));
        Assert.NotEqual(picture.Bytes, shorter.Bytes);
    }

    [Fact]
    public void Draw_OnePointOrALossBeyondNumbers_StillDraws()
    {
        Assert.NotNull(SKBitmap.Decode(CurvesPicture.Draw([Point(10, false)])));
        Assert.NotNull(
            SKBitmap.Decode(CurvesPicture.Draw([Point(10, false), Point(20, true) with { Loss = double.MaxValue, TestLoss = double.MaxValue }])));
    }

    private static MetricPoint Point(int step, bool evaluated) => new(
        1,
        step,
        1 + (step / 200),
        2.0 / (1 + (step / 100.0)),
        step / 600.0,
        100,
        evaluated ? 2.2 : null,
        evaluated ? 0.5 : null,
        evaluated ? 0.9 : null);

    private static int Count(SKBitmap picture, SKColor color) => picture.Pixels.Count(p => p == color);
}
