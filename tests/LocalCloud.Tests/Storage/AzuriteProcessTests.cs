using System.Diagnostics;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Storage;

public sealed class AzuriteProcessTests : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder.Path, "data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_WhileAnEarlierOneHasTheFolder_WaitsForItsEnd()
    {
        await using var second = await StartSecondAsync();

        await second.ReadyAsync(StartTimeout, Token);
        Assert.Equal($"{second.Id}", await File.ReadAllTextAsync(Path.Combine(Data, "pid"), Token));
        await second.DisposeAsync();

        Assert.False(File.Exists(Path.Combine(Data, "pid")));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task SignalOfTheTerminal_IsLeftToTheParent(string signal)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Sends signals with kill.");
        await using var azurite = await StartAsync("azurite.log");
        await azurite.ReadyAsync(StartTimeout, Token);

        using var kill = Process.Start("kill", ["-s", signal, $"{azurite.Id}"]);
        await kill.WaitForExitAsync(Token);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Token);

        Assert.False(azurite.HasExited);
        await azurite.DisposeAsync();
        Assert.Equal(0, await azurite.Exited);
    }

    private async Task<ChildProcess> StartSecondAsync()
    {
        await using var first = await StartAsync("first.log");
        await first.ReadyAsync(StartTimeout, Token);
        var second = await StartAsync("second.log");
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.ReadyAsync(TimeSpan.FromSeconds(3), Token));
        return second;
    }

    private async Task<ChildProcess> StartAsync(string log)
    {
        var installed = await AzuriteInstaller.EnsureAsync(null, TimeProvider.System, Token);
        return TestAccount.Azurite.Start(installed, Data, 0, Path.Combine(_folder.Path, log), TimeProvider.System);
    }
}
