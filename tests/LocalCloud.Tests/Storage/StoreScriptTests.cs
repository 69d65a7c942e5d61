using System.Diagnostics;
using WrnCloud.LocalCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Storage;

/// <summary>The tests of the store's scripts that are written in their language.</summary>
public sealed class StoreScriptTests
{
    [Fact]
    public async Task Journal_KeepsWhatItSays()
    {
        var token = TestContext.Current.CancellationToken;
        var installed = await AzuriteInstaller.EnsureAsync(null, TimeProvider.System, token);
        var start = new ProcessStartInfo("node", ["--test", Path.Combine(AppContext.BaseDirectory, "Storage", "store.test.mjs")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["WRN_STORE"] = installed },
        };
        using var node = Process.Start(start)!;
        var output = Task.WhenAll(node.StandardOutput.ReadToEndAsync(token), node.StandardError.ReadToEndAsync(token));

        await node.WaitForExitAsync(token);

        Assert.True(node.ExitCode == 0, string.Join('\n', await output));
    }
}
