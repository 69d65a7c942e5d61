using System.Diagnostics;

namespace WrnCloud.Infra;

public sealed class ShellTests
{
    [Theory]
    [InlineData("wrn")]
    [InlineData(".ci/run")]
    public async Task Scripts_PassShellcheck(string file)
    {
        try
        {
            var (code, output, _) = await ProgramRun.ToEndAsync(
                new ProcessStartInfo("shellcheck", [Path.Combine(Repository.Root, file)]),
                TimeSpan.FromMinutes(1),
                TestContext.Current.CancellationToken);
            Assert.True(code == 0, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("shellcheck is not installed.");
        }
    }
}
