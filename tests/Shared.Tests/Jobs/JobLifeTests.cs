using WrnCloud.Jobs;

namespace WrnCloud.Shared.Tests.Jobs;

/// <summary>What holds for every job whatever happens to it, in whatever order.</summary>
public sealed class JobLifeTests
{
    // Arrows of the state machine; staying where one is, is always allowed.
    private static readonly HashSet<(JobState From, JobState To)> Arrows =
    [
        (JobState.Accepted, JobState.Queued),
        (JobState.Accepted, JobState.Running),
        (JobState.Queued, JobState.Running),
        (JobState.Interrupted, JobState.Running),
        (JobState.Running, JobState.Interrupted),
        (JobState.Running, JobState.Succeeded), (JobState.Running, JobState.Failed), (JobState.Running, JobState.Cancelled),
        (JobState.Accepted, JobState.Cancelled), (JobState.Queued, JobState.Cancelled), (JobState.Interrupted, JobState.Cancelled),
        (JobState.Accepted, JobState.Failed), (JobState.Queued, JobState.Failed), (JobState.Interrupted, JobState.Failed),
    ];

    [Fact]
    public void AnySequence_OfTransitions_KeepsTheInvariants()
    {
        var reached = new HashSet<JobState>();
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var job = JobRecords.In(JobState.Accepted);
            for (var step = 0; step < 60; step++)
            {
                var now = JobRecords.Noon.AddSeconds(step);
                if (Any(job, random, now) is not { } next) continue;
                Check(job, next, $"seed {seed}, step {step}");
                job = next;
            }

            reached.Add(job.State);
        }

        Assert.Superset(new HashSet<JobState> { JobState.Succeeded, JobState.Failed, JobState.Cancelled }, reached);
    }

    [Theory]
    [InlineData(JobState.Succeeded)]
    [InlineData(JobState.Failed)]
    [InlineData(JobState.Cancelled)]
    public void TerminalState_AnyTransition_IsVoid(JobState state)
    {
        var job = JobRecords.Ended(state);
        for (var seed = 0; seed < 2000; seed++) Assert.Null(Any(job, new Random(seed), JobRecords.Noon));
    }

    private static Job? Any(Job job, Random random, DateTimeOffset now)
    {
        // Mostly the right attempt and dispatch, now and then one too old or too new.
        var attempt = job.Attempt + (random.Next(4) == 0 ? random.Next(-1, 2) : 0);
        var dispatch = job.Dispatch + (random.Next(4) == 0 ? random.Next(-1, 2) : 0);
        var age = TimeSpan.FromSeconds(random.Next(4) == 0 ? 61 : 5);
        var reason = new JobReason("cause", "A cause.");
        return random.Next(16) switch
        {
            0 or 1 => JobTransitions.MessageSent(job, dispatch, now),
            2 or 3 or 4 => JobTransitions.Claim(job, age, Precision.Fp32, now),
            5 => JobTransitions.Resumed(job, attempt, new ResumePoint(1, random.Next(100))),
            6 => JobTransitions.Heartbeat(job, attempt, null, 0),
            7 => JobTransitions.Interrupt(job, attempt, reason, now),
            8 => JobTransitions.Reap(job, age, now),
            9 => JobTransitions.MessageMissing(job, dispatch),
            10 => random.Next(4) == 0 ? JobTransitions.RequestCancel(job, now) : null,
            11 => JobTransitions.HonourCancel(job, random.Next(2) == 0 ? attempt : null, now),
            12 => JobTransitions.BeginPublishing(job, attempt, 1),
            13 => job.Publishing is { } version ? JobTransitions.Succeed(job, attempt, version, null, null, now) : null,
            14 => random.Next(8) == 0 ? JobTransitions.Fail(job, attempt, reason, now) : null,
            _ => random.Next(8) == 0 ? JobTransitions.FailUndeliverable(job, dispatch, reason, now) : null,
        };
    }

    private static void Check(Job before, Job after, string where)
    {
        Assert.False(before.IsTerminal, where);
        Assert.True(before.State == after.State || Arrows.Contains((before.State, after.State)), $"{where}: {before.State} to {after.State}");
        Assert.True(after.Attempt >= before.Attempt && after.Dispatch >= before.Dispatch && after.Crashes >= before.Crashes, where);
        Assert.True(after.Attempt - before.Attempt is 0 or 1, where);
        Assert.True(after.Attempt == before.Attempt || after.State == JobState.Running, where);
        Assert.Equal(after.IsTerminal, after.EndedAt is not null);
        Assert.True(after.CancelRequestedAt is null || after.Publishing is null, $"{where}: cancelled while publishing");
        Assert.True(after.Dispatch == before.Dispatch || after.DispatchSentAt is null, $"{where}: a new need that looks served");
        Assert.True(
            after.State != JobState.Interrupted || before.State == JobState.Interrupted || after.Dispatch == before.Dispatch + 1,
            $"{where}: interrupted without a new need");
        Assert.True(after.State is not (JobState.Failed or JobState.Cancelled or JobState.Interrupted) || after.Reason is not null, where);
        Assert.True(before.Publishing is null || before.Publishing == after.Publishing, where);
        Assert.True(before.StartedAt is null || before.StartedAt == after.StartedAt, where);
    }
}
