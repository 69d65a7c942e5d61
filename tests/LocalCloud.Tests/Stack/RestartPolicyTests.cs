using Microsoft.Extensions.Time.Testing;
using WrnCloud.LocalCloud.Stack;

namespace WrnCloud.LocalCloud.Tests.Stack;

public sealed class RestartPolicyTests
{
    [Fact]
    public void Died_OftenInAShortTime_PausesTwiceAsLongEachTimeAndThenGivesUp()
    {
        var policy = new RestartPolicy(new FakeTimeProvider());

        var pauses = Enumerable.Range(0, RestartPolicy.MaxDeaths + 1).Select(_ => policy.Died()?.TotalSeconds).ToList();

        Assert.Equal([0.5, 1, 2, 4, 8, null], pauses);
    }

    [Fact]
    public void Died_LongAfterTheDeathsBefore_BeginsAnew()
    {
        var clock = new FakeTimeProvider();
        var policy = new RestartPolicy(clock);
        for (var i = 0; i < RestartPolicy.MaxDeaths; i++) policy.Died();
        clock.Advance(RestartPolicy.Window + TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(0.5), policy.Died());
    }
}
