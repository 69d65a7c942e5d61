using System.Diagnostics;

namespace WrnCloud.Referee;

/// <summary>A worker lives no longer than its host, and a host is never long without a worker.</summary>
[Collection(RefereeCollection.Name)]
[Trait("Category", "Slow")]
public sealed class WorkerLifeTests(RefereeStack stack)
{
    [Fact]
    public async Task Worker_Killed_IsStartedAgainAndAnswers()
    {
        var before = await WorkerAsync(stack.Host);
        using (var process = Process.GetProcessById(before)) process.Kill();

        await Eventually.GetAsync(stack.Host, "/admin/host/status", s => s.GetProperty("processId").GetInt32() != before);

        var health = await Eventually.GetAsync(stack.Host, "/api/health", _ => true);
        Assert.Equal("healthy", health.GetProperty("status").GetString());
        Assert.False(Eventually.IsAlive(before));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Worker_WhenItsHostEnds_EndsToo(bool killed)
    {
        await using var host = stack.StartHost();
        using var client = await RefereeStack.ClientAsync(host);
        var worker = await WorkerAsync(client);
        Assert.True(Eventually.IsAlive(worker));

        if (killed)
        {
            using var process = Process.GetProcessById(host.Id);
            process.Kill();
        }
        else
        {
            await host.DisposeAsync();
        }

        await Eventually.GoneAsync(worker);
    }

    private static async Task<int> WorkerAsync(HttpClient host) =>
        (await Eventually.GetAsync(host, "/admin/host/status", _ => true)).GetProperty("processId").GetInt32();
}
