using System.Diagnostics;

namespace WrnCloud.LocalCloud.Tests.Broker;

/// <summary>The short forms of <c>bench/messaging</c>: the seeded faults, and whether the benchmark works.</summary>
public sealed class BrokerChaosTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Faults_ShortForm_EveryPromiseHolds()
    {
        var (code, output) = await RunAsync("faults", "--quick", "--seed", "7");

        Assert.True(code == 0, output);
        Assert.Equal(6, output.Split('\n').Count(l => l.StartsWith("good", StringComparison.Ordinal)));
        Assert.Contains("lost 0, returned after completion 0, held by two 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rates_ShortForm_PrintsEveryRow()
    {
        var (code, output) = await RunAsync("rates", "--quick");

        Assert.True(code == 0, output);
        Assert.Matches(@"\| receive, renew, complete \| ours \| 8 \| [\d,]+ \|", output);
        Assert.Contains("messages waiting", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../..", "MessagingBench", configuration, "WrnCloud.MessagingBench.dll"));
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Limit, TimeProvider.System);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output + await error);
    }
}
