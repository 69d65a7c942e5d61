using WrnCloud.TrainerJob.Runtime;

namespace WrnCloud.TrainerJob.Tests.Runtime;

public sealed class OpenMpTeamTests
{
    [Fact]
    public void IsShared_OnLinux_IsTrue() => Assert.Equal(OperatingSystem.IsLinux(), OpenMpTeam.IsShared);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(1000, 2)]
    [InlineData(1000, 3)]
    public void For_EveryIndex_IsDoneOnce(int count, int threads)
    {
        var done = new int[count];

        OpenMpTeam.For(count, threads, i => Interlocked.Increment(ref done[i]));

        Assert.All(done, d => Assert.Equal(1, d));
    }

    [Fact]
    public void For_BodyThrows_TheCallerHearsOfItAndTheTeamGoesOn()
    {
        var thrown = Assert.Throws<AggregateException>(() => OpenMpTeam.For(100, 2, i => throw new InvalidOperationException($"at {i}")));
        var sum = 0;
        OpenMpTeam.For(100, 2, i => Interlocked.Add(ref sum, i));

        Assert.IsType<InvalidOperationException>(thrown.InnerException);
        Assert.Equal(4950, sum);
    }
}
