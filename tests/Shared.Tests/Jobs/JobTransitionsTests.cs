using WrnCloud.Jobs;

namespace WrnCloud.Shared.Tests.Jobs;

public sealed class JobTransitionsTests
{
    private static readonly DateTimeOffset Later = JobRecords.Noon.AddMinutes(5);
    private static readonly JobReason Reason = new("cause", "A cause.");
    private static readonly TimeSpan Alive = JobTransitions.Lease;
    private static readonly TimeSpan Lapsed = JobTransitions.Lease + TimeSpan.FromTicks(1);

    [Fact]
    public void MessageSent_Accepted_BecomesQueued()
    {
        var queued = JobTransitions.MessageSent(JobRecords.In(JobState.Accepted), 1, Later)!;

        Assert.Equal((JobState.Queued, Later, Later), (queued.State, queued.DispatchSentAt, queued.QueuedAt));
    }

    [Theory]
    [InlineData(JobState.Running)]
    [InlineData(JobState.Interrupted)]
    public void MessageSent_LaterState_NotesTheTimeOnly(JobState state)
    {
        var job = JobRecords.In(state, 1) with { QueuedAt = JobRecords.Noon };

        Assert.Equal(job with { DispatchSentAt = Later }, JobTransitions.MessageSent(job, 1, Later));
    }

    [Fact]
    public void MessageSent_StaleOrRepeatedOrEnded_IsVoid()
    {
        var job = JobRecords.In(JobState.Accepted) with { Dispatch = 2 };

        Assert.Null(JobTransitions.MessageSent(job, 1, Later));
        Assert.Null(JobTransitions.MessageSent(job with { DispatchSentAt = JobRecords.Noon }, 2, Later));
        Assert.Null(JobTransitions.MessageSent(JobRecords.Ended(JobState.Failed), 1, Later));
    }

    [Theory]
    [InlineData(JobState.Accepted)]
    [InlineData(JobState.Queued)]
    [InlineData(JobState.Interrupted)]
    public void Claim_NotHeld_RunsUnderTheNextAttempt(JobState state)
    {
        var job = JobRecords.In(state, 3) with { Crashes = 2, Reason = Reason, ResumedFrom = new ResumePoint(2, 10) };

        var running = JobTransitions.Claim(job, Alive, Precision.Fp32, Later)!;

        Assert.Equal((JobState.Running, 4, 2), (running.State, running.Attempt, running.Crashes));
        Assert.Equal(Later, running.StartedAt);
        Assert.Null(running.Reason);
        Assert.Null(running.ResumedFrom);
    }

    [Fact]
    public void Claim_RunningWithLiveLease_IsVoid() =>
        Assert.Null(JobTransitions.Claim(JobRecords.In(JobState.Running, 1), Alive, Precision.Fp32, Later));

    [Fact]
    public void Claim_RunningWithLapsedLease_CountsACrashAndKeepsTheStart()
    {
        var running = JobTransitions.Claim(JobRecords.In(JobState.Running, 1) with { StartedAt = JobRecords.Noon }, Lapsed, Precision.Fp32, Later)!;

        Assert.Equal((2, 1, JobRecords.Noon), (running.Attempt, running.Crashes, running.StartedAt));
    }

    [Fact]
    public void Claim_PrecisionAuto_IsResolvedOnceAndHashed()
    {
        var job = JobRecords.In(JobState.Queued);
        var auto = job with { Resolved = job.Resolved with { Settings = job.Resolved.Settings with { Precision = Precision.Auto } } };

        var first = JobTransitions.Claim(auto, Alive, Precision.Bf16, Later)!;
        var second = JobTransitions.Claim(first, Lapsed, Precision.Fp32, Later)!;

        Assert.Equal((Precision.Bf16, Precision.Bf16), (first.Resolved.Settings.Precision, second.Resolved.Settings.Precision));
        Assert.Equal(first.Resolved.ConfigHash(), second.ConfigHash);
        Assert.NotEqual(auto.Resolved.ConfigHash(), second.ConfigHash);
    }

    [Fact]
    public void Refuse_AgainAndAgain_AsksForAnotherTrainerAndEndsInTheReason()
    {
        var job = JobRecords.In(JobState.Queued);
        for (var time = 1; time <= JobTransitions.MaxCrashes; time++)
        {
            var refused = JobTransitions.Refuse(job, Alive, Reason, Later)!;
            Assert.Equal((JobState.Interrupted, 0, time, job.Dispatch + 1), (refused.State, refused.Attempt, refused.Crashes, refused.Dispatch));
            Assert.Equal((Reason, (DateTimeOffset?)null), (refused.Reason, refused.DispatchSentAt));
            job = refused;
        }

        var failed = JobTransitions.Refuse(job, Alive, Reason, Later)!;
        Assert.Equal((JobState.Failed, Reason), (failed.State, failed.Reason));
        Assert.Null(JobTransitions.Refuse(failed, Lapsed, Reason, Later));
        Assert.Null(JobTransitions.Refuse(JobRecords.In(JobState.Running, 1), Alive, Reason, Later));
    }

    [Fact]
    public void Claim_CancelRequested_IsVoid() =>
        Assert.Null(
            JobTransitions.Claim(JobRecords.In(JobState.Interrupted, 1) with { CancelRequestedAt = JobRecords.Noon }, Lapsed, Precision.Fp32, Later));

    [Fact]
    public void HolderOnly_AnotherAttemptOrState_IsVoid()
    {
        var others = Enum.GetValues<JobState>()
            .Where(s => s != JobState.Running)
            .Select(s => JobRecords.In(s, 2))
            .Append(JobRecords.In(JobState.Running, 1))
            .Append(JobRecords.In(JobState.Running, 3));
        foreach (var job in others)
        {
            Assert.Null(JobTransitions.Resumed(job, 2, new ResumePoint(1, 5)));
            Assert.Null(JobTransitions.Heartbeat(job, 2, null, 0));
            Assert.Null(JobTransitions.Interrupt(job, 2, Reason, Later));
            Assert.Null(JobTransitions.BeginPublishing(job, 2, 1));
            Assert.Null(JobTransitions.Succeed(job, 2, 1, null, null, Later));
            Assert.Null(JobTransitions.Fail(job, 2, Reason, Later));
        }
    }

    [Fact]
    public void Resumed_ByHolder_IsRememberedForEachAttempt()
    {
        var job = JobRecords.In(JobState.Running, 2) with { Resumes = new Dictionary<int, ResumePoint> { [1] = new(0, 0) } };

        var resumed = JobTransitions.Resumed(job, 2, new ResumePoint(1, 50))!;

        Assert.Equal(new ResumePoint(1, 50), resumed.ResumedFrom);
        Assert.Equal([1, 2], resumed.Resumes.Keys.Order());
        Assert.Single(job.Resumes);
    }

    [Fact]
    public void Heartbeat_WithoutProgress_KeepsTheLast()
    {
        var progress = new JobProgress(1, 2, 3, 4, 5, 6, null, null);
        var job = JobTransitions.Heartbeat(JobRecords.In(JobState.Running, 1), 1, progress, 12)!;

        Assert.Equal(progress, JobTransitions.Heartbeat(job, 1, null, 5)!.Progress);
    }

    [Fact]
    public void Interrupt_ByHolder_NeedsANewMessageInTheSameWrite()
    {
        var job = JobRecords.In(JobState.Running, 1) with { DispatchSentAt = JobRecords.Noon };

        var interrupted = JobTransitions.Interrupt(job, 1, Reason, Later)!;

        Assert.Equal((JobState.Interrupted, 2, Reason), (interrupted.State, interrupted.Dispatch, interrupted.Reason));
        Assert.Null(interrupted.DispatchSentAt);
        Assert.Equal(0, interrupted.Crashes);
    }

    [Fact]
    public void Reap_LiveLeaseOrNotRunning_IsVoid()
    {
        Assert.Null(JobTransitions.Reap(JobRecords.In(JobState.Running, 1), Alive, Later));
        foreach (var state in Enum.GetValues<JobState>().Where(s => s != JobState.Running))
            Assert.Null(JobTransitions.Reap(JobRecords.In(state, 1), Lapsed, Later));
    }

    [Fact]
    public void Reap_LapsedLease_InterruptsUntilTheCrashesAreTooMany()
    {
        var job = JobRecords.In(JobState.Running, 1);
        for (var crash = 1; crash <= JobTransitions.MaxCrashes; crash++)
        {
            var reaped = JobTransitions.Reap(job, Lapsed, Later)!;
            Assert.Equal((JobState.Interrupted, crash, job.Dispatch + 1), (reaped.State, reaped.Crashes, reaped.Dispatch));
            job = JobTransitions.Claim(reaped, Alive, Precision.Fp32, Later)!;
        }

        var failed = JobTransitions.Reap(job, Lapsed, Later)!;
        Assert.Equal((JobState.Failed, "trainer-crashed", Later), (failed.State, failed.Reason!.Code, failed.EndedAt));
        Assert.Equal(JobTransitions.MaxCrashes + 1, failed.Crashes);
    }

    [Fact]
    public void Reap_CancelRequested_Cancels()
    {
        var reaped = JobTransitions.Reap(JobRecords.In(JobState.Running, 1) with { CancelRequestedAt = JobRecords.Noon }, Lapsed, Later)!;

        Assert.Equal((JobState.Cancelled, Later), (reaped.State, reaped.EndedAt));
    }

    [Theory]
    [InlineData(JobState.Accepted, true)]
    [InlineData(JobState.Queued, true)]
    [InlineData(JobState.Interrupted, true)]
    [InlineData(JobState.Running, false)]
    [InlineData(JobState.Succeeded, false)]
    [InlineData(JobState.Failed, false)]
    [InlineData(JobState.Cancelled, false)]
    public void MessageMissingAndUndeliverable_OnlyWhileNobodyHoldsTheJob(JobState state, bool allowed)
    {
        var job = JobRecords.In(state, 1) with { Dispatch = 4, DispatchSentAt = JobRecords.Noon };

        var missing = JobTransitions.MessageMissing(job, 4);
        var failed = JobTransitions.FailUndeliverable(job, 4, Reason, Later);

        Assert.Equal(allowed ? job with { Dispatch = 5, DispatchSentAt = null } : null, missing);
        Assert.Equal(allowed ? job with { State = JobState.Failed, Reason = Reason, EndedAt = Later } : null, failed);
        Assert.Null(JobTransitions.MessageMissing(job, 3));
        Assert.Null(JobTransitions.FailUndeliverable(job, 3, Reason, Later));
    }

    [Theory]
    [InlineData(JobState.Accepted)]
    [InlineData(JobState.Queued)]
    [InlineData(JobState.Interrupted)]
    public void RequestCancel_NotHeld_CancelsAtOnce(JobState state)
    {
        var cancelled = JobTransitions.RequestCancel(JobRecords.In(state), Later)!;

        Assert.Equal((JobState.Cancelled, Later, Later), (cancelled.State, cancelled.EndedAt, cancelled.CancelRequestedAt));
        Assert.Equal("cancelled", cancelled.Reason!.Code);
    }

    [Fact]
    public void RequestCancel_Running_AsksTheHolder()
    {
        var job = JobRecords.In(JobState.Running, 1);

        var asked = JobTransitions.RequestCancel(job, Later)!;

        Assert.Equal(job with { CancelRequestedAt = Later }, asked);
        Assert.Null(JobTransitions.RequestCancel(asked, Later.AddMinutes(1)));
        Assert.Null(JobTransitions.HonourCancel(asked, 2, Later));
        Assert.Null(JobTransitions.HonourCancel(asked, null, Later));
        Assert.Equal(JobState.Cancelled, JobTransitions.HonourCancel(asked, 1, Later)!.State);
    }

    [Fact]
    public void HonourCancel_NotAsked_IsVoid() => Assert.Null(JobTransitions.HonourCancel(JobRecords.In(JobState.Running, 1), 1, Later));

    [Fact]
    public void BeginPublishing_FromThere_CancelChangesNothing()
    {
        var publishing = JobTransitions.BeginPublishing(JobRecords.In(JobState.Running, 1), 1, 7)!;

        Assert.Equal(7, publishing.Publishing);
        Assert.Null(JobTransitions.RequestCancel(publishing, Later));
        Assert.Null(JobTransitions.HonourCancel(publishing with { CancelRequestedAt = Later }, 1, Later));
        Assert.Null(JobTransitions.RequestCancel(JobTransitions.Interrupt(publishing, 1, Reason, Later)!, Later));
    }

    [Fact]
    public void BeginPublishing_CancelRequested_IsVoid() =>
        Assert.Null(JobTransitions.BeginPublishing(JobRecords.In(JobState.Running, 1) with { CancelRequestedAt = Later }, 1, 7));

    [Fact]
    public void SucceedAndFail_ByHolder_AreTerminal()
    {
        var job = JobRecords.In(JobState.Running, 1) with { Publishing = 7 };

        var succeeded = JobTransitions.Succeed(job, 1, 7, null, null, Later)!;
        var failed = JobTransitions.Fail(job, 1, Reason, Later)!;

        Assert.Equal((JobState.Succeeded, 7, Later), (succeeded.State, succeeded.Version, succeeded.EndedAt));
        Assert.Null(succeeded.Reason);
        Assert.Equal((JobState.Failed, Reason, Later), (failed.State, failed.Reason, failed.EndedAt));
        Assert.True(succeeded.IsTerminal && failed.IsTerminal);
    }
}
