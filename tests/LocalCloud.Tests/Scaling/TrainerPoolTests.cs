using WrnCloud.LocalCloud.Scaling;

namespace WrnCloud.LocalCloud.Tests.Scaling;

public sealed class TrainerPoolTests
{
    [Theory]
    [InlineData(0, true, 0, 0)]
    [InlineData(0, false, 0, 5)]
    [InlineData(1, false, 1, 2)]
    [InlineData(1, true, 3, 8)]
    [InlineData(1, false, 99, 60)]
    public void Pause_AfterATrainer_GoesByItsEndAndWhetherItHadAJob(int exitCode, bool hadJob, int failures, int expectedSeconds) =>
        Assert.Equal(TimeSpan.FromSeconds(expectedSeconds), TrainerPool.Pause(exitCode, hadJob, failures));

    [Theory]
    [InlineData(0, 0, 4, 0)]
    [InlineData(3, 0, 4, 3)]
    [InlineData(9, 0, 4, 4)]
    [InlineData(9, 1, 4, 3)]
    [InlineData(2, 3, 4, 0)]
    [InlineData(9, 5, 4, 0)]
    public void ToStart_IsActiveMinusRunningAndNeverMoreThanAllowed(int active, int running, int max, int expected) =>
        Assert.Equal(expected, ScalerProcess.ToStart(active, running, max));
}
