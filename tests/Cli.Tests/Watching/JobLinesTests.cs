using WrnCloud.Cli.Watching;
using WrnCloud.Jobs;

namespace WrnCloud.Cli.Tests.Watching;

public sealed class JobLinesTests
{
    [Fact]
    public void Show_NothingNew_WritesOnlyEveryFewSeconds()
    {
        var lines = Lines(Enumerable.Range(0, 21).Select(s => (Running(1, 10 + s), s)));
        Assert.Equal(5, lines.Length);
        Assert.Contains("step 10/750", lines[0], StringComparison.Ordinal);
        Assert.Contains("step 15/750", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Show_StateOrAccuracyChanges_WritesAtOnce()
    {
        var lines = Lines([(Samples.Job(), 0), (Running(1, 1), 1), (Running(2, 130, 0.5), 2), (Samples.Job(JobState.Succeeded), 3)]);
        Assert.Equal(4, lines.Length);
        Assert.Contains("waiting for a trainer", lines[0], StringComparison.Ordinal);
        Assert.Contains("top-1 50.0 %", lines[2], StringComparison.Ordinal);
        Assert.Contains("published as shapes10-wrn-10-1@3", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Show_RateOfNought_HasNoTimeLeft()
    {
        var job = Running(1, 1) with { Progress = Samples.Progress(1, 1) with { ImagesPerSecond = 0, EtaSeconds = double.MaxValue } };
        Assert.Contains("– left", Assert.Single(Lines([(job, 0)])), StringComparison.Ordinal);
    }

    private static Job Running(int epoch, long step, double? top1 = null) =>
        Samples.Job(JobState.Running) with { Attempt = 1, Progress = Samples.Progress(epoch, step, top1) };

    private static string[] Lines(IEnumerable<(Job Job, int Second)> readings)
    {
        using var writer = new StringWriter();
        var lines = new JobLines(CliContext.Open(writer));
        foreach (var (job, second) in readings) lines.Show(job, TimeSpan.FromSeconds(second));
        return writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
