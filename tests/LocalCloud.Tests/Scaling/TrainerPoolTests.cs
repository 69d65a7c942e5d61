using WrnCloud.LocalCloud.Scaling;

namespace WrnCloud.LocalCloud.Tests.Scaling;

public sealed class TrainerPoolTests
{
    [Theory]
    [InlineData(0, 600, 0, 0)]
    [InlineData(0, 30, 0, 0)]
    [InlineData(0, 1, 0, 5)]
    [InlineData(1, 1, 1, 2)]
    [InlineData(1, 600, 3, 8)]
    [InlineData(1, 1, 99, 60)]
    public void Pause_AfterATrainer_GoesByItsEndAndItsLife(int exitCode, int livedSeconds, int failures, int expectedSeconds) =>
        Assert.Equal(TimeSpan.FromSeconds(expectedSeconds), TrainerPool.Pause(exitCode, TimeSpan.FromSeconds(livedSeconds), failures));
}
