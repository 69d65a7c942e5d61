using Microsoft.Extensions.Logging;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Messaging;

namespace WrnCloud.TrainerJob.Hosting;

/// <summary>Writes how an attempt ended into the record and settles its message. Used once training has stopped, so nothing here is cancelled from outside.</summary>
internal sealed partial class JobOutcome(JobStore jobs, JobDispatcher dispatcher, TimeProvider clock, ILogger<JobOutcome> logger)
{
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(4);

    /// <summary>The job failed for good.</summary>
    public Task<Job?> FailAsync(Job job, JobReason reason)
    {
        LogFailed(job.Id, reason.Code, reason.Message);
        return jobs.UpdateAsync(job.Id, s => JobTransitions.Fail(s.Job, job.Attempt, reason, clock.GetUtcNow()), CancellationToken.None);
    }

    /// <summary>The run stopped before its end.</summary>
    public async Task HonourStopAsync(Job job, StopReason reason)
    {
        LogStopped(job.Id, reason);
        switch (reason)
        {
            case StopReason.Cancelled:
                await jobs.UpdateAsync(job.Id, s => JobTransitions.HonourCancel(s.Job, job.Attempt, clock.GetUtcNow()), CancellationToken.None);
                break;
            case StopReason.TimeLimit:
                await FailAsync(job, new JobReason(ErrorCatalogue.TimeLimit.Code, $"The limit of {job.Resolved.MaxMinutes} minutes was reached; the last checkpoint is kept."));
                break;
            case StopReason.Shutdown:
                await HandOnAsync(job, new JobReason("trainer-stopped", "The trainer was asked to stop; the job goes on from its last checkpoint."));
                break;
            case StopReason.LockLost:
                await HandOnAsync(job, new JobReason("lock-lost", "The trainer lost its message; the job goes on from its last checkpoint."));
                break;
            default:
                break;
        }
    }

    /// <summary>Completes the message, unless the broker has taken it back. A failure is harmless: whoever gets the message again decides by the record.</summary>
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

    // Interrupted and the need for the next message are one write; when the send fails, the upkeep timer sends.
    private async Task HandOnAsync(Job job, JobReason why)
    {
        var interrupted = await jobs.UpdateAsync(job.Id, s => JobTransitions.Interrupt(s.Job, job.Attempt, why, clock.GetUtcNow()), CancellationToken.None);
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
