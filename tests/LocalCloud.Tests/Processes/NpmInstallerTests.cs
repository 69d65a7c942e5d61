using Microsoft.Extensions.Time.Testing;
using WrnCloud.LocalCloud.Processes;

namespace WrnCloud.LocalCloud.Tests.Processes;

public sealed class NpmInstallerTests
{
    [Fact]
    public async Task Lock_NeverReleased_SaysSoOnceAndGivesUpWithItsPath()
    {
        using var folder = new TestFolder();
        var path = Path.Combine(folder.Path, "azurite.lock");
        using var held = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMinutes(1) };
        var events = new List<string>();

        var locking = NpmInstaller.LockAsync("Azurite", path, events.Add, clock, TestContext.Current.CancellationToken);
        while (!locking.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => locking);
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Single(events);
    }
}
