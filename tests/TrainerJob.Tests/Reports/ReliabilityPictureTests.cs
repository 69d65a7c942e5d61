using SkiaSharp;
using WrnCloud.Evaluation;
using WrnCloud.TrainerJob.Reports;

namespace WrnCloud.TrainerJob.Tests.Reports;

public sealed class ReliabilityPictureTests
{
    [Theory]
    [InlineData(1.0)]
    [InlineData(0.4)]
    public void Draw_AnswersOfOneProbability_PutsADotAtTheirAccuracy(double accuracy)
    {
        using var good = SKBitmap.Decode(ReliabilityPicture.Draw(Evaluation(accuracy)));

        // The dot is the only large blue thing; its height is the accuracy, on a scale that goes a little beyond 1.
        var blue = Enumerable.Range(0, good.Width * good.Height)
            .Select(i => (X: i % good.Width, Y: i / good.Width))
            .Where(p => p.X > good.Width / 2 && good.GetPixel(p.X, p.Y) is { Blue: > 150, Red: < 60 })
            .ToList();
        Assert.True(blue.Count > 100);
        Assert.Equal(1 - (accuracy / 1.02), (blue.Average(p => p.Y) - 44) / (good.Height - 44 - 48), 0.05);
    }

    private static ModelEvaluation Evaluation(double accuracy)
    {
        var answers = Enumerable.Range(0, 10).Select(i => new Answer(i < 10 * accuracy ? 0 : 1, 0, 0.9, 0.9)).ToList();
        var figures = SetFigures.Of(["a", "b"], [10, 0, 0, 0], 1, answers, answers);
        return new ModelEvaluation { Classes = ["a", "b"], Temperature = 1, Test = figures, Pictures = [] };
    }
}
