using System.Diagnostics;
using WrnCloud.LocalCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Storage;

/// <summary>The tests of the store's scripts that are written in their language.</summary>
public sealed class StoreScriptTests
{
    [Fact]
    public async Task Journal_KeepsWhatItSays()
    {
        var installed = await AzuriteInstaller.EnsureAsync(null, TimeProvider.System, TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("node", ["--test", Path.Combine(AppContext.BaseDirectory, "Storage", "store.test.mjs")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["WRN_STORE"] = installed },
        };
        using var node = Process.Start(start)!;
        var output = Task.WhenAll(
            node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));

        await node.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(node.ExitCode == 0, string.Join('\n', await output));
    }
}
