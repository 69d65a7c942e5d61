using WrnCloud.Cli.Api;
using WrnCloud.Jobs;

namespace WrnCloud.EndToEnd.Support;

/// <summary>
/// Waits for jobs by their progress, not by the clock: how fast a job trains depends on what else the machine does,
/// so only one that stands still fails.
/// </summary>
internal static class JobWatch
{
    // Longer than a lease (60 s), the reaper's interval (30 s) and the slowest step of a busy core together.
    private static readonly TimeSpan StandstillLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan End = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until the job satisfies the condition. <paramref name="check"/> runs at every look and may fail the test earlier.</summary>
    public static async Task<Job> UntilAsync(ApiClient api, string id, Func<Job, bool> reached, Action? check = null)
    {
        var clock = TimeProvider.System;
        var (start, changed) = (clock.GetTimestamp(), clock.GetTimestamp());
        object? seen = null;
        while (true)
        {
            var job = await api.GetJobAsync(id, CancellationToken.None);
            if (reached(job)) return job;
            Assert.False(job.IsTerminal, $"The job ended as {job.State}: {job.Reason}");
            check?.Invoke();
            object now = (job.State, job.Attempt, job.Dispatch, job.Progress?.Step, job.Progress?.Top1, job.Publishing);
            if (!now.Equals(seen)) (seen, changed) = (now, clock.GetTimestamp());
            Assert.True(clock.GetElapsedTime(changed) < StandstillLimit, $"Nothing changed for {StandstillLimit}: {now}");
            Assert.True(clock.GetElapsedTime(start) < End, $"After {End} the job is {now}");
            await Task.Delay(Interval, clock);
        }
    }

    /// <summary>Cancels the jobs that have not ended and waits until they have, so that no later test finds the trainer taken.</summary>
    public static async Task EndAsync(ApiClient api, IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            if ((await api.GetJobAsync(id, CancellationToken.None)).IsTerminal) continue;
            await api.CancelAsync(id, CancellationToken.None);
            await UntilAsync(api, id, j => j.IsTerminal);
        }
    }
}
