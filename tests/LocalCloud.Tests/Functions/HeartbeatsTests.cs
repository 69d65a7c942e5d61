using WrnCloud.Functions.Upkeep;
using WrnCloud.LocalCloud.Tests.Storage;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>Whether the timers run, as the store knows it.</summary>
public sealed class HeartbeatsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FindStale_TimersThatNeverCameRound_AreStaleOnceTheyHadTheTime()
    {
        var clock = new ShiftedClock();
        var reader = new Heartbeats(azurite.Blobs, clock);
        Assert.Empty(await reader.FindStaleAsync(Token));

        clock.Ahead = TimeSpan.FromMinutes(10);
        Assert.Equal([Heartbeats.Batches, Heartbeats.Jobs], (await reader.FindStaleAsync(Token)).Order(StringComparer.Ordinal));

        // Another process's timers.
        var writer = new Heartbeats(azurite.Blobs, TimeProvider.System);
        await writer.BeatAsync(Heartbeats.Jobs, Token);
        await writer.BeatAsync(Heartbeats.Batches, Token);
        clock.Ahead = TimeSpan.FromHours(1);
        Assert.Equal([Heartbeats.Inputs], await reader.FindStaleAsync(Token));

        await new Heartbeats(azurite.Blobs, TimeProvider.System).BeatAsync(Heartbeats.Jobs, Token);
        await writer.BeatAsync(Heartbeats.Inputs, Token);
        Assert.Empty(await reader.FindStaleAsync(Token));
    }
}
