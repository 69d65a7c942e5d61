using WrnCloud.Evaluation;

namespace WrnCloud.Shared.Tests.Evaluation;

public sealed class WilsonIntervalTests
{
    // As Wilson's formula gives them in double precision, computed apart.
    [Theory]
    [InlineData(145, 153, 0.900224, 0.973270)]
    [InlineData(9, 10, 0.595850, 0.982124)]
    [InlineData(1, 1, 0.206549, 1)]
    [InlineData(0, 20, 0, 0.161125)]
    public void Of_CountedShare_IsTheReferences(int right, int count, double low, double high)
    {
        var interval = WilsonInterval.Of((double)right / count, count);

        Assert.Equal(low, interval.Low, 5e-6);
        Assert.Equal(high, interval.High, 5e-6);
    }

    [Fact]
    public void Of_Nothing_SaysNothing() => Assert.Equal(new WilsonInterval(0, 1), WilsonInterval.Of(0, 0));
}
