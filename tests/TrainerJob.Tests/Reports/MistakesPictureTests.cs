using SkiaSharp;
using WrnCloud.Datasets;
using WrnCloud.Evaluation;
using WrnCloud.TrainerJob.Reports;

namespace WrnCloud.TrainerJob.Tests.Reports;

public sealed class MistakesPictureTests
{
    private static readonly LabelledImages Images = Shapes10.Generate(40, 1);

    [Fact]
    public void Worst_ManyMistakes_AreTheTwentyFourSurest()
    {
        var worst = MistakesPicture.Worst(Evaluation(i => i != 5));

        Assert.Equal(24, worst.Count);
        Assert.Equal(39, worst[0].Position);
        Assert.DoesNotContain(worst, p => p.Position is 5 or < 16);
    }

    [Fact]
    public void Draw_AMistake_ShowsItsPicture()
    {
        var name = new string('ü', 300);
        using var sheet = SKBitmap.Decode(MistakesPicture.Draw(Evaluation(i => i == 7, name), Images));

        // One thumbnail of 184 pixels from (12, 12) on: its middle is the image's.
        var planes = Images.Image(7);
        var (red, green, blue) = (planes[(16 * 32) + 16], planes[1024 + (16 * 32) + 16], planes[2048 + (16 * 32) + 16]);
        Assert.Equal(new SKColor(red, green, blue), sheet.GetPixel(12 + (184 * 33 / 64), 12 + (184 * 33 / 64)));
        Assert.Equal(184 + 24, sheet.Width);
    }

    [Fact]
    public void Draw_NoMistake_GivesNone() => Assert.Null(MistakesPicture.Draw(Evaluation(_ => false), Images));

    // The surer, the later.
    private static ModelEvaluation Evaluation(Func<int, bool> isWrong, string? name = null)
    {
        var answers = Enumerable.Range(0, Images.Count)
            .Select(
                i => new PictureAnswer(i, Images.Label(i), isWrong(i) ? (Images.Label(i) + 1) % 10 : Images.Label(i), 0.5 + (i / 100.0), 0.1, name))
            .ToList();
        var figures = SetFigures.Of(Images.Classes, new int[100], 1, [], []);
        return new ModelEvaluation { Classes = Images.Classes, Temperature = 1, Test = figures, Pictures = answers };
    }
}
