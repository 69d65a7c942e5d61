using WrnCloud.Contracts.Programs;

namespace WrnCloud.LocalCloud.Tests.Broker;

/// <summary>The short forms of <c>bench/messaging</c>: the seeded faults, and whether the benchmark works.</summary>
[Trait("Category", "Slow")]
public sealed class BrokerChaosTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

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
        var (code, output, error) = await SiblingProgram.RunAsync("MessagingBench", arguments, Limit, TestContext.Current.CancellationToken);
        return (code, output + error);
    }
}
