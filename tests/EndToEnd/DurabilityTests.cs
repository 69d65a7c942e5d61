namespace WrnCloud.EndToEnd;

/// <summary>The short form of <c>bench/durability</c>: each kind of kill once, under load.</summary>
public sealed class DurabilityTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Kills_ShortForm_EveryPromiseHolds()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Signals and /proc are Linux's.");

        var (code, output, error) = await SiblingProgram.RunAsync(
            "DurabilityBench", ["kills", "--kills", "8", "--seed", "7"], Limit, TestContext.Current.CancellationToken);

        Assert.True(code == 0, output + error);
        Assert.Matches(@"\| \*\*all\*\* \| 8 \| [1-9]", output);
    }
}
