using Microsoft.Extensions.Time.Testing;
using WrnCloud.Contracts.Jobs;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Processes;
using WrnCloud.LocalCloud.Scaling;

namespace WrnCloud.LocalCloud.Tests.Scaling;

/// <summary>A process that hangs, with the records of the job that it says it holds.</summary>
public sealed class RunningTrainerTests : IAsyncDisposable
{
    private const int Attempt = 2;

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly RunningTrainer _trainer;
    private readonly HeldJob _held;
    private readonly Job _job;

    public RunningTrainerTests()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Runs sleep.");
        _job = SampleJobs.Accepted() with { State = JobState.Running, Attempt = Attempt };
        _held = new HeldJob(_job.Id, Attempt);
        _trainer = new RunningTrainer("trainer 1", _clock);
        _trainer.Process = ChildProcess.Start(
            "trainer 1", "sleep", ["600"], new Dictionary<string, string>(), Path.Combine(_folder.Path, "trainer.log"), TimeProvider.System);
        _trainer.Hear(HeldJob.LineOf(_held));
    }

    public async ValueTask DisposeAsync()
    {
        _trainer.Process.Kill();
        await _trainer.Process.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task EndWhenLost_JobOfAnotherAttempt_EndsItAfterTheGrace()
    {
        var taken = Stored(_job with { Attempt = Attempt + 1 });

        Assert.Null(_trainer.EndWhenLost(_held, taken));
        _clock.Advance(RunningTrainer.Grace);
        Assert.NotNull(_trainer.EndWhenLost(_held, taken));

        Assert.NotEqual(0, await _trainer.Process.Exited.WaitAsync(TestContext.Current.CancellationToken));
        Assert.True(_trainer.WasEnded);
    }

    [Fact]
    public void EndWhenLost_LeaseRenewedWithinTheGrace_LetsItLive()
    {
        Assert.Null(_trainer.EndWhenLost(_held, Stored(_job, JobTransitions.Lease + TimeSpan.FromSeconds(1))));
        _clock.Advance(RunningTrainer.Grace / 2);
        Assert.Null(_trainer.EndWhenLost(_held, Stored(_job)));
        _clock.Advance(RunningTrainer.Grace);
        Assert.Null(_trainer.EndWhenLost(_held, Stored(_job, JobTransitions.Lease + TimeSpan.FromSeconds(1))));

        Assert.False(_trainer.Process.HasExited);
    }

    [Fact]
    public void EndWhenLost_AJobItHasLetGoOf_LetsItLive()
    {
        var ended = Stored(_job with { State = JobState.Succeeded });
        Assert.Null(_trainer.EndWhenLost(_held, ended));
        _trainer.Hear(HeldJob.LineOf(null));
        _clock.Advance(RunningTrainer.Grace);

        Assert.Null(_trainer.EndWhenLost(_held, ended));
        Assert.Null(_trainer.Held);
        Assert.True(_trainer.HadJob);
    }

    [Fact]
    public void EndWhenIdle_HoldsNothingForTooLong_IsEnded()
    {
        var longest = TimeSpan.FromMinutes(5);
        _clock.Advance(longest * 2);
        Assert.Null(_trainer.EndWhenIdle(longest));

        _trainer.Hear(HeldJob.LineOf(null));
        Assert.Null(_trainer.EndWhenIdle(longest));
        _clock.Advance(longest);

        Assert.NotNull(_trainer.EndWhenIdle(longest));
    }

    private static StoredJob Stored(Job job, TimeSpan age = default) => new(job, "etag", age);
}
