using WrnCloud.Jobs;

namespace WrnCloud.Shared.Tests.Jobs;

public sealed class MetricsReaderTests
{
    [Fact]
    public void Join_AttemptThatWentOn_ReplacesWhatWasRedone()
    {
        var joined = MetricsReader.Join(
            new Dictionary<int, ResumePoint> { [2] = new(1, 20) },
            [[Step(1, 10), Step(1, 20), Step(1, 30), Step(1, 35)], [Step(2, 25), Step(2, 30)]]);

        Assert.Equal([(1, 10L), (1, 20L), (2, 25L), (2, 30L)], joined.Select(p => (p.Attempt, p.Step)));
    }

    [Fact]
    public void Join_AttemptThatBeganAnew_ReplacesEverything()
    {
        var joined = MetricsReader.Join(new Dictionary<int, ResumePoint>(), [[Step(1, 10), Step(1, 20)], [Step(2, 5)]]);

        Assert.Equal([(2, 5L)], joined.Select(p => (p.Attempt, p.Step)));
    }

    [Fact]
    public void Join_EvaluationLeftToTheNextAttempt_IsKeptOnce()
    {
        var resumes = new Dictionary<int, ResumePoint> { [2] = new(1, 20), [3] = new(2, 20) };

        var joined = MetricsReader.Join(resumes, [[Step(1, 20)], [Step(2, 20, 0.5)], [Step(3, 20, 0.5), Step(3, 30)]]);

        Assert.Equal([(1, 20L, null), (2, 20L, 0.5), (3, 30L, (double?)null)], joined.Select(p => (p.Attempt, p.Step, p.Top1)));
    }

    private static MetricPoint Step(int attempt, long step, double? top1 = null) => new(attempt, step, 1, 1.5, 0.1, 100, null, top1, top1);
}
