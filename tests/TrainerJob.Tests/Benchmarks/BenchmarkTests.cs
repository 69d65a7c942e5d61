using WrnCloud.Contracts.Programs;

namespace WrnCloud.TrainerJob.Tests.Benchmarks;

/// <summary>The benchmarks' short forms: whether they work, not how fast anything is.</summary>
[Trait("Category", "Slow")]
public sealed class BenchmarkTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task Gpu_OnTheCpu_PrintsItsTableAndThatTheFigureIsMissing()
    {
        var (code, output) = await RunAsync("GpuBench", "--device", "cpu", "--quick");

        Assert.Equal(0, code);
        Assert.Contains("the figure for a GPU is missing", output, StringComparison.Ordinal);
        Assert.Matches(@"\| WRN-10-1 +\| +4 \| +(eager|–) \| +\d+\.\d \|", output);
    }

    [Fact]
    public async Task Gpu_WithoutADevice_SaysSoAndMeasuresNothing()
    {
        var (code, output) = await RunAsync("GpuBench");

        Assert.Equal(0, code);
        Assert.StartsWith("There is no CUDA device", output, StringComparison.Ordinal);
        Assert.DoesNotContain("WRN-16-4", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_Quick_PrintsEveryTable()
    {
        var (code, output) = await RunAsync("TrainingBench", "--quick");

        Assert.Equal(0, code);
        Assert.Contains("Equal settings", output, StringComparison.Ordinal);
        Assert.Contains("Each at its own defaults", output, StringComparison.Ordinal);
        Assert.Matches(@"\| WRN-10-1 +\| +fp32 \| +\d+ \| +\d+ \| +\d+ ?% \|", output);
        Assert.Matches(@"\| resident MB +\|( +\d+ \|){10}", output);
    }

    // Without a device for it to find, also where there is one.
    private static async Task<(int Code, string Output)> RunAsync(string project, params string[] arguments)
    {
        var hidden = new Dictionary<string, string> { ["CUDA_VISIBLE_DEVICES"] = "" };
        var (code, output, _) = await SiblingProgram.RunAsync(project, arguments, Limit, TestContext.Current.CancellationToken, hidden);
        return (code, output);
    }
}
