using System.Diagnostics;
using WrnCloud.Infra.Support;

namespace WrnCloud.Infra;

public sealed class ShellTests
{
    [Theory]
    [InlineData("wrn")]
    [InlineData(".ci/run")]
    public async Task Scripts_PassShellcheck(string file)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("shellcheck", [Path.Combine(Repository.Root, file)]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("shellcheck is not installed.");
            return;
        }

        using (process)
        {
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, output);
        }
    }
}
