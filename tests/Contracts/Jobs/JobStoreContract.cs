using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Storage;

namespace WrnCloud.Contracts.Jobs;

/// <summary>Job records on a store: what is written is read, changes are never lost, and of many claims one wins.</summary>
public abstract class JobStoreContract(BlobStore blobs)
{
    private static readonly TrainerMachine Machine = new(Precision.Fp32);
    private readonly JobStore _jobs = new(blobs, new RandomIdSource());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private JobClaim Claim => new(_jobs, TimeProvider.System);

    [Fact]
    public async Task Create_Twice_KeepsTheFirst()
    {
        var job = SampleJobs.Accepted();

        Assert.True(await _jobs.CreateAsync(job, Token));
        Assert.False(await _jobs.CreateAsync(job with { Owner = "other" }, Token));

        var stored = await _jobs.ReadAsync(job.Id, Token);
        Assert.Equal("key", stored!.Job.Owner);
        Assert.Equal(job.ConfigHash, stored.Job.ConfigHash);
        Assert.Contains(job.Id, await _jobs.ListActiveAsync(Token).ToListAsync(Token));
    }

    [Theory]
    [InlineData("zzzzzzzzzz0000000000")]
    [InlineData("../other")]
    [InlineData("")]
    public async Task Read_WhatIsNotThere_IsNull(string id) => Assert.Null(await _jobs.ReadAsync(id, Token));

    [Fact]
    public async Task Update_ManyAtOnce_LosesNone()
    {
        var job = await CreatedAsync();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _jobs.UpdateAsync(job.Id, s => s.Job with { Crashes = s.Job.Crashes + 1 }, Token)));

        Assert.Equal(12, (await _jobs.ReadAsync(job.Id, Token))!.Job.Crashes);
    }

    [Fact]
    public async Task Update_ToATerminalState_RemovesTheJobFromTheActiveOnes()
    {
        var job = await CreatedAsync();

        await _jobs.UpdateAsync(job.Id, s => JobTransitions.RequestCancel(s.Job, TimeProvider.System.GetUtcNow()), Token);

        Assert.Equal(JobState.Cancelled, (await _jobs.ReadAsync(job.Id, Token))!.Job.State);
        Assert.DoesNotContain(job.Id, await _jobs.ListActiveAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task List_Pages_AreNewestFirst()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await CreatedAsync()).Id);
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, Token);
        }

        var listed = new List<string>();
        string? next = null;
        do
        {
            (var page, next) = await _jobs.ListAsync(next, 2, Token);
            Assert.True(page.Count <= 2);
            listed.AddRange(page.Select(j => j.Id));
        }
        while (next is not null);

        Assert.Equal(Enumerable.Reverse(ids), listed.Where(ids.Contains));
    }

    [Fact]
    public async Task Claim_UnusableMachine_LeavesTheJobToAnother()
    {
        var job = await CreatedAsync();
        var unusable = Machine with { UnusableReason = new JobReason("gpu-unavailable", "No GPU.") };

        var result = await Claim.DecideAsync(TrainingMessage.For(job).Body, () => unusable, Token);
        var next = await Claim.DecideAsync(TrainingMessage.For(result.Job!).Body, () => Machine, Token);

        Assert.Equal((ClaimDecision.Refused, "gpu-unavailable"), (result.Decision, result.Reason));
        Assert.Equal((JobState.Interrupted, 0, 2), (result.Job!.State, result.Job.Attempt, result.Job.Dispatch));
        Assert.Equal((ClaimDecision.Claimed, 1), (next.Decision, next.Job!.Attempt));
    }

    [Fact]
    public async Task Claim_ManyAtOnce_OneWins()
    {
        var job = await CreatedAsync();
        var body = TrainingMessage.For(job).Body;

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Claim.DecideAsync(body, () => Machine, Token)));

        var won = Assert.Single(results, r => r.Decision == ClaimDecision.Claimed);
        Assert.Equal((1, JobState.Running), (won.Job!.Attempt, won.Job.State));
        Assert.All(results.Where(r => r != won), r => Assert.Equal((ClaimDecision.Complete, "job-held"), (r.Decision, r.Reason)));
    }

    [Fact]
    public async Task Claim_PrecisionAuto_IsDecidedAtTheFirstClaimForAllAttempts()
    {
        var job = await CreatedAsync();
        Assert.Equal(Precision.Auto, job.Resolved.Settings.Precision);

        var first = (await Claim.DecideAsync(TrainingMessage.For(job).Body, () => Machine with { Auto = Precision.Bf16 }, Token)).Job!;
        var interrupted = await _jobs.UpdateAsync(
            job.Id, s => JobTransitions.Interrupt(s.Job, 1, new JobReason("trainer-stopped", "Stopped."), TimeProvider.System.GetUtcNow()), Token);
        var second = (await Claim.DecideAsync(TrainingMessage.For(interrupted!).Body, () => Machine, Token)).Job!;

        Assert.Equal((1, Precision.Bf16), (first.Attempt, first.Resolved.Settings.Precision));
        Assert.Equal((2, Precision.Bf16), (second.Attempt, second.Resolved.Settings.Precision));
        Assert.Equal(first.Resolved.ConfigHash(), second.ConfigHash);
        Assert.NotEqual(job.ConfigHash, second.ConfigHash);
    }

    [Fact]
    public async Task Claim_EndedJob_CompletesTheMessage()
    {
        var job = await CreatedAsync();
        await _jobs.UpdateAsync(job.Id, s => JobTransitions.RequestCancel(s.Job, TimeProvider.System.GetUtcNow()), Token);

        var result = await Claim.DecideAsync(TrainingMessage.For(job).Body, () => Machine, Token);

        Assert.Equal((ClaimDecision.Complete, "job-ended"), (result.Decision, result.Reason));
    }

    [Fact]
    public async Task Claim_StaleMessage_CompletesItAndLeavesTheJob()
    {
        var job = await CreatedAsync();
        await _jobs.UpdateAsync(job.Id, s => JobTransitions.MessageMissing(s.Job, 1), Token);

        var result = await Claim.DecideAsync(TrainingMessage.For(job).Body, () => Machine, Token);

        Assert.Equal((ClaimDecision.Complete, "message-stale"), (result.Decision, result.Reason));
        Assert.Equal(0, (await _jobs.ReadAsync(job.Id, Token))!.Job.Attempt);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"schema":2,"jobId":"zzzzzzzzzz0000000000","dispatch":1}""")]
    [InlineData("""{"schema":1,"jobId":"../up","dispatch":1}""")]
    [InlineData("""{"schema":1,"jobId":"zzzzzzzzzz0000000000","dispatch":1}""")]
    public async Task Claim_UnreadableOrUnknown_IsADeadLetter(string body)
    {
        var result = await Claim.DecideAsync(System.Text.Encoding.UTF8.GetBytes(body), () => Machine, Token);

        Assert.Equal(ClaimDecision.DeadLetter, result.Decision);
    }

    private async Task<Job> CreatedAsync()
    {
        var job = SampleJobs.Accepted();
        Assert.True(await _jobs.CreateAsync(job, Token));
        return job;
    }
}
