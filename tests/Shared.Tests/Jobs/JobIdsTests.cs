using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.Shared.Tests.Jobs;

public sealed class JobIdsTests
{
    [Theory]
    [InlineData("1970-01-01T00:00:00.000Z")]
    [InlineData("2026-03-01T12:34:56.789Z")]
    [InlineData("9999-12-31T23:59:59.999Z")]
    public void TryReadTime_OfANewId_IsItsMoment(string text)
    {
        var moment = DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

        Assert.True(JobIds.TryReadTime(new RandomIdSource().NewJobId(moment), out var time));
        Assert.Equal(moment, time);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("zzzzzzzzzz000000000")]
    [InlineData("zzzzzzzzzz00000000000")]
    [InlineData("zzzzzzzzzi0000000000")]
    [InlineData("zzzzzzzzzz000000000U")]
    [InlineData("00000000000000000000")]
    public void TryReadTime_OfOtherText_IsFalse(string? id) => Assert.False(JobIds.TryReadTime(id, out _));
}
