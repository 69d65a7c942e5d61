using Microsoft.Extensions.Logging;
using WrnCloud.Jobs;
using WrnCloud.Messaging;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>
/// Writes how an attempt ended into the record, waiting for a store that is away until <c>end</c> is cancelled (then
/// <see cref="OperationCanceledException"/>), and settles its message.
/// </summary>
internal sealed partial class JobOutcome(JobStore jobs, JobDispatcher dispatcher, StoreRetry retry, TimeProvider clock, ILogger<JobOutcome> logger)
{
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(4);

    /// <summary>The job failed for good.</summary>
    public Task FailAsync(Job job, JobReason reason, CancellationToken end)
    {
        LogFailed(job.Id, reason.Code, reason.Message);
        return UpdateAsync(job, j => JobTransitions.Fail(j, job.Attempt, reason, clock.GetUtcNow()), end);
    }

    /// <summary>The version, if there is one, is published; the reason, if there is one, says why it ended before its schedule.</summary>
    public Task SucceedAsync(Job job, int? version, JobProgress? progress, JobReason? reason, CancellationToken end) =>
        UpdateAsync(job, j => JobTransitions.Succeed(j, job.Attempt, version, progress, reason, clock.GetUtcNow()), end);

    /// <summary>The run stopped before its end.</summary>
    public async Task StopAsync(Job job, StopReason reason, CancellationToken end)
    {
        LogStopped(job.Id, reason);
        switch (reason)
        {
            case StopReason.Cancelled:
                await UpdateAsync(job, j => JobTransitions.HonourCancel(j, job.Attempt, clock.GetUtcNow()), end);
                break;
            case StopReason.Shutdown:
                await HandOnAsync(
                    job, new JobReason("trainer-stopped", "The trainer was asked to stop; the job goes on from its last checkpoint."), end);
                break;
            case StopReason.LockLost:
                await HandOnAsync(job, new JobReason("lock-lost", "The trainer lost its message; the job goes on from its last checkpoint."), end);
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// Completes the message, unless the broker has taken it back. A failure is harmless: whoever gets the message again decides by the record.
    /// </summary>
    public async Task SettleAsync(Job job, IJobDelivery delivery, StopReason reason)
    {
        if (reason == StopReason.LockLost) return;
        try
        {
            using var limit = new CancellationTokenSource(reason == StopReason.Shutdown ? SendLimit : TimeSpan.FromSeconds(30), clock);
            await delivery.CompleteAsync(limit.Token);
        }
        catch (Exception e) when (e is MessagingException or OperationCanceledException)
        {
            LogNotCompleted(job.Id, e);
        }
    }

    private Task<Job?> UpdateAsync(Job job, Func<Job, Job?> change, CancellationToken end) =>
        retry.RunAsync(job.Id, "the job's record", cancel => jobs.UpdateAsync(job.Id, s => change(s.Job), cancel), end);

    // Interrupted and the need for the next message are one write; when the send fails, the upkeep timer sends.
    private async Task HandOnAsync(Job job, JobReason why, CancellationToken end)
    {
        var interrupted = await UpdateAsync(job, j => JobTransitions.Interrupt(j, job.Attempt, why, clock.GetUtcNow()), end);
        if (interrupted is null || interrupted.IsTerminal) return;
        try
        {
            using var limit = new CancellationTokenSource(SendLimit, clock);
            await dispatcher.DispatchAsync(interrupted, limit.Token);
        }
#pragma warning disable CA1031 // Broker, store or identity: the record says what is missing.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotSent(job.Id, e);
        }
    }

    [LoggerMessage(86, LogLevel.Error, "Job {JobId} failed: {Code}, {Message}")]
    private partial void LogFailed(string jobId, string code, string message);

    [LoggerMessage(87, LogLevel.Information, "Job {JobId} stopped: {Reason}")]
    private partial void LogStopped(string jobId, StopReason reason);

    [LoggerMessage(88, LogLevel.Warning, "Job {JobId}: the next message could not be sent; the upkeep timer will")]
    private partial void LogNotSent(string jobId, Exception exception);

    [LoggerMessage(89, LogLevel.Warning, "Job {JobId}: the message could not be completed; it will come again and be dropped")]
    private partial void LogNotCompleted(string jobId, Exception exception);
}
