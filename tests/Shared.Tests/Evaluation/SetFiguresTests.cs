using WrnCloud.Evaluation;

namespace WrnCloud.Shared.Tests.Evaluation;

public sealed class SetFiguresTests
{
    [Fact]
    public void Of_ThreeClasses_HasTheFiguresOfTheTextbook()
    {
        // 8 of 10 cats, 1 of 2 dogs; nothing is a fox or said to be one.
        int[] confusion = [8, 2, 0, 1, 1, 0, 0, 0, 0];

        var figures = ClassFigures.Of(["cat", "dog", "fox"], confusion);

        Assert.Equal(new ClassFigures("cat", 10, 8 / 9.0, 0.8, 16 / 19.0, "dog"), figures[0]);
        Assert.Equal(new ClassFigures("dog", 2, 1 / 3.0, 0.5, 0.4, "cat"), figures[1]);
        Assert.Equal(new ClassFigures("fox", 0, null, null, null), figures[2]);
    }

    [Fact]
    public void Of_UnequalClasses_CountsEveryClassTheSameInTheMeanRecall()
    {
        int[] labels = [0, 0, 0, 0, 1];
        var answers = Answer.Of([2, 0, 2, 0, 2, 0, 2, 0, 2, 0], labels, 2);

        var figures = SetFigures.Of(["many", "few"], [4, 0, 1, 0], 1, answers, answers);

        Assert.Equal((0.8, 0.5, 5), (figures.Top1, figures.MacroRecall, figures.Images));
        Assert.Null(figures.Top5);
        Assert.Equal(WilsonInterval.Of(0.8, 5), figures.Top1Interval);
        Assert.Equal(Math.Log(1 + Math.Exp(2)) - 1.6, figures.Loss, 1e-6);
    }

    [Fact]
    public void Calibration_TwoBins_IsTheDistanceOfProbabilityAndAccuracy()
    {
        // One answer below 11/15, three above it.
        Answer[] answers = [new(0, 0, 0.72, 0.72), new(0, 0, 0.74, 0.74), new(1, 1, 0.76, 0.76), new(0, 1, 0.78, 0.22)];

        var figures = CalibrationFigures.Of(answers);

        var bins = figures.Bins.Where(b => b.Images > 0).ToList();
        Assert.Equal(15, figures.Bins.Count);
        Assert.Equal([(1, 0.72), (3, 0.76)], bins.Select(b => (b.Images, Math.Round(b.Confidence!.Value, 6))));
        Assert.Equal((0.28 + (3 * (0.76 - (2 / 3.0)))) / 4, figures.Error, 1e-9);
    }

    [Fact]
    public void Of_LogitsThatAreNoNumbers_GivesProbabilitiesThatJsonCanHold()
    {
        var answer = Answer.Of([float.NaN, 1], [1], 2)[0];

        Assert.Equal((0d, 0d), (answer.P, answer.TruthP));
    }
}
