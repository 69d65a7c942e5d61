using WrnCloud.Evaluation;

namespace WrnCloud.Shared.Tests.Evaluation;

public sealed class ConfidenceThresholdTests
{
    [Fact]
    public void Choose_MistakesAmongTheUnsureAnswers_HoldsBackNoMoreThanIsNeeded()
    {
        // Of the five best all are right, of six five, of eight seven.
        var answers = Answers(
            (0.99, true), (0.98, true), (0.9, true), (0.8, true), (0.7, true), (0.6, false), (0.5, true), (0.4, true), (0.3, false));

        Assert.Equal(new ConfidenceThreshold(0.95, 0.65, 5 / 9.0, 1), ConfidenceThreshold.Choose(answers, 0.95));
        Assert.Equal(new ConfidenceThreshold(0.87, 0.35, 8 / 9.0, 7 / 8.0), ConfidenceThreshold.Choose(answers, 0.87));
    }

    [Fact]
    public void Choose_AllTogetherReachIt_HoldsNothingBack() =>
        Assert.Equal(new ConfidenceThreshold(0.5, 0, 1, 0.5), ConfidenceThreshold.Choose(Answers((0.9, false), (0.4, true)), 0.5));

    [Fact]
    public void Choose_SurestAnswersAreWrong_SaysThatNoneReachesIt()
    {
        var threshold = ConfidenceThreshold.Choose(Answers((0.9, false), (0.8, true), (0.7, true)), 0.95);

        Assert.Equal(new ConfidenceThreshold(0.95, null, 0, null), threshold);
        Assert.Null(ConfidenceThreshold.Decide("ants", 0.99, threshold.UnsureBelow));
    }

    [Fact]
    public void Choose_EqualProbabilities_PassTogether() =>
        Assert.Equal(0.75, ConfidenceThreshold.Choose(Answers((0.8, true), (0.7, true), (0.7, false)), 0.9).UnsureBelow);

    [Fact]
    public void Decide_AtTheThreshold_IsTheClass()
    {
        Assert.Equal("ants", ConfidenceThreshold.Decide("ants", 0.8, 0.8));
        Assert.Equal("unsure", ConfidenceThreshold.Decide("ants", 0.799, 0.8));
    }

    private static IReadOnlyList<Answer> Answers(params (double P, bool IsRight)[] answers) =>
        [.. answers.Select(a => new Answer(0, a.IsRight ? 0 : 1, a.P, 0))];
}
