using WrnCloud.TrainerJob.Training;

namespace WrnCloud.TrainerJob.Tests.Training;

/// <summary>What is tried on photographs, and when one result replaces another.</summary>
public sealed class AutoRulesTests
{
    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(1, 0, false)]
    [InlineData(2, 0, false)]
    [InlineData(3, 0, false)]
    [InlineData(4, 0, true)]
    [InlineData(12, 5, true)]
    [InlineData(10, 8, false)]
    [InlineData(30, 5, true)]
    [InlineData(5, 30, false)]
    public void IsBetter_GainsMustExceedChance(int gained, int lost, bool expected) =>
        Assert.Equal(expected, AutoRules.IsBetter(Result(40, right: i => i < gained || i >= gained + lost), Result(40, right: i => i >= gained)));

    [Theory]
    [InlineData(244, 0.95, false)]
    [InlineData(1440, 0.995, false)]
    [InlineData(1440, 0.95, true)]
    public void NoSmallNetwork_FewPicturesOrNothingToGain_LeaveItOut(int pictures, double top1, bool isTried) =>
        Assert.Equal(isTried, AutoRules.NoSmallNetwork(pictures, top1) is null);

    [Theory]
    [InlineData(999, 0.8, null, false)]
    [InlineData(1000, 0.8, null, true)]
    [InlineData(1000, 0.99, null, false)]
    [InlineData(200, 0.8, 10, true)]
    [InlineData(5000, 0.8, 2, false)]
    public void NoFineTuning_GoesByPicturesOrByMinutes(int pictures, double top1, int? minutes, bool isTrained)
    {
        var left = minutes is { } m ? TimeSpan.FromMinutes(m) : (TimeSpan?)null;

        Assert.Equal(isTrained, AutoRules.NoFineTuning(pictures, top1, left, TimeSpan.FromMinutes(3)) is null);
    }

    private static EvaluationResult Result(int images, Func<int, bool> right)
    {
        var labels = Enumerable.Range(0, images).Select(i => (long)(i % 2)).ToArray();
        var logits = labels.SelectMany((l, i) => right(i) == (l == 0) ? new[] { 1f, 0f } : [0f, 1f]).ToArray();
        return EvaluationResult.Of(logits, labels, 2);
    }
}
