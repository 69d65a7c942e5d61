using WrnCloud.Jobs;

namespace WrnCloud.Shared.Tests.Jobs;

public sealed class HeldJobTests
{
    [Fact]
    public void Line_ReadBack_IsTheSame()
    {
        var held = new HeldJob("0123456789abcdefghjk", 3);

        Assert.True(HeldJob.TryParse(HeldJob.LineOf(held), out var read));
        Assert.Equal(held, read);
        Assert.True(HeldJob.TryParse(HeldJob.LineOf(null), out read));
        Assert.Null(read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("info: WrnCloud.TrainerJob[91] Message 1.1: Claimed (claimed)")]
    [InlineData("{\"ready\":true}")]
    [InlineData("{\"holds\":")]
    [InlineData("{\"holds\":{\"attempt\":1}}")]
    [InlineData("{\"holds\":[]}")]
    public void Line_OfAnotherKind_IsNone(string line) => Assert.False(HeldJob.TryParse(line, out _));

    [Theory]
    [InlineData(JobState.Running, 2, 60, true)]
    [InlineData(JobState.Running, 2, 61, false)]
    [InlineData(JobState.Running, 3, 0, false)]
    [InlineData(JobState.Interrupted, 2, 0, false)]
    [InlineData(JobState.Succeeded, 2, 0, false)]
    public void IsHeldIn_ARecord_GoesByStateAttemptAndLease(JobState state, int attempt, int age, bool expected)
    {
        var job = JobRecords.In(state, attempt);

        Assert.Equal(expected, new HeldJob(job.Id, 2).IsHeldIn(new StoredJob(job, "etag", TimeSpan.FromSeconds(age))));
    }

    [Fact]
    public void IsHeldIn_ARecordThatIsNotThere_IsFalse() => Assert.False(new HeldJob("0123456789abcdefghjk", 1).IsHeldIn(null));
}
