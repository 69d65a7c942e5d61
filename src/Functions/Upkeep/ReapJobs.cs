using Microsoft.Extensions.Logging;
using WrnCloud.Jobs;
using WrnCloud.Messaging;

namespace WrnCloud.Functions.Upkeep;

/// <summary>
/// Goes over the jobs that have not ended: takes silent trainers for lost, sends the messages that records say are missing, and
/// replaces messages that have vanished from the queue.
/// </summary>
public sealed partial class ReapJobs(JobStore jobs, JobDispatcher dispatcher, IJobQueues queues, TimeProvider clock, ILogger<ReapJobs> logger)
{
    private const int PeekCount = 100;
    private static readonly TimeSpan SendGrace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan QueuedTooLong = TimeSpan.FromMinutes(15);

    public async Task HandleAsync(CancellationToken cancellationToken)
    {
        HashSet<string>? waiting = null;
        await foreach (var id in jobs.ListActiveAsync(cancellationToken))
        {
            if (await jobs.ReadAsync(id, cancellationToken) is not { } stored) continue;
            if (stored.Job.IsTerminal)
            {
                await jobs.ForgetActiveAsync(id, cancellationToken);
                continue;
            }

            var job = await ReapAsync(stored, cancellationToken) ?? stored.Job;
            if (job.State == JobState.Queued && clock.GetUtcNow() - job.DispatchSentAt > QueuedTooLong)
            {
                waiting ??= await WaitingMessagesAsync(cancellationToken);
                if (!waiting.Contains($"{job.Id}.{job.Dispatch}"))
                    job = await jobs.UpdateAsync(id, s => JobTransitions.MessageMissing(s.Job, job.Dispatch), cancellationToken) ?? job;
            }

            if (job.DispatchSentAt is null && !job.IsTerminal && (job != stored.Job || stored.Age > SendGrace)) await SendAsync(job, cancellationToken);
        }
    }

    private async Task<Job?> ReapAsync(StoredJob stored, CancellationToken cancellationToken)
    {
        if (stored.Job.State != JobState.Running || stored.Age <= JobTransitions.Lease) return null;
        var reaped = await jobs.UpdateAsync(stored.Job.Id, s => JobTransitions.Reap(s.Job, s.Age, clock.GetUtcNow()), cancellationToken);
        if (reaped is not null) LogReaped(logger, reaped.Id, reaped.State);
        return reaped;
    }

    private async Task SendAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            await dispatcher.DispatchAsync(job, cancellationToken);
        }
        catch (MessagingException e)
        {
            LogNotSent(logger, job.Id, e);
        }
    }

    private async Task<HashSet<string>> WaitingMessagesAsync(CancellationToken cancellationToken)
    {
        await using var queue = queues.Open(QueueNames.TrainingJobs);
        var found = new HashSet<string>();
        long from = 0;
        while (await queue.PeekAsync(from, PeekCount, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var message in page) found.Add(message.MessageId);
            from = page[^1].SequenceNumber + 1;
        }

        return found;
    }

    [LoggerMessage(42, LogLevel.Warning, "Job {JobId} lost its trainer and is now {State}")]
    private static partial void LogReaped(ILogger logger, string jobId, JobState state);

    [LoggerMessage(43, LogLevel.Warning, "Job {JobId}: its message could not be sent yet")]
    private static partial void LogNotSent(ILogger logger, string jobId, Exception exception);
}
