using WrnCloud.TrainerJob.Export;

namespace WrnCloud.TrainerJob.Tests.Export;

public sealed class ParityComparisonTests
{
    [Fact]
    public void Report_TieBelowTheTolerance_IsLeftOutOfTheAgreement()
    {
        var comparison = new ParityComparison(2);
        comparison.Add([0.50004f, 0.49996f, 0.9f, 0.1f], [0.49998f, 0.50002f, 0.9f, 0.1f], [0, 0]);

        var report = comparison.Report(sampled: false);

        Assert.True(report.Passed);
        Assert.Equal((1.0, 2, 0.5), (report.Top1Agreement, report.Images, report.Top1));
        Assert.Equal(6e-5, report.MaxProbabilityDifference, 6);
    }

    [Fact]
    public void Report_OneOtherClassInFiveHundred_Fails()
    {
        var comparison = new ParityComparison(2);
        for (var i = 0; i < 500; i++) comparison.Add([0.50006f, 0.49994f], i == 7 ? [0.49999f, 0.50001f] : [0.50006f, 0.49994f], [0]);

        var report = comparison.Report(sampled: false);

        Assert.True(report.MaxProbabilityDifference < ParityGate.Tolerance);
        Assert.Equal(0.998, report.Top1Agreement);
        Assert.False(report.Passed);
    }

    [Fact]
    public void Report_OtherNumberOfProbabilities_Fails()
    {
        var comparison = new ParityComparison(2);
        comparison.Add([0.9f, 0.1f], [0.9f, 0.05f, 0.05f], [0]);

        Assert.Equal((false, double.PositiveInfinity), (comparison.Report(false).Passed, comparison.Report(false).MaxProbabilityDifference));
    }
}
