using WrnCloud.Cli.Api;

namespace WrnCloud.Cli.Tests.Api;

public sealed class ApiTransportTests
{
    [Theory]
    [InlineData(0, 100)]
    [InlineData(50_000, 101)]
    [InlineData(150_000_000, 3100)]
    public void TimeoutFor_ABody_GrowsWithItsLength(long bytes, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ApiTransport.TimeoutFor(bytes));
}
