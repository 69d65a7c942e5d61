using Microsoft.Extensions.Logging;
using WrnCloud.Functions.Http;
using WrnCloud.Jobs;
using WrnCloud.Messaging;

namespace WrnCloud.Functions.Upkeep;

/// <summary>
/// Checks the jobs that have not ended: reclaims jobs from silent trainers, sends messages that are missing according to the records, and
/// replaces messages that have vanished from the queue.
/// </summary>
public sealed partial class ReapJobs(JobStore jobs, JobDispatcher dispatcher, IJobQueues queues, TimeProvider clock, ILogger<ReapJobs> logger)
{
    private const int PeekCount = 100;
    private static readonly TimeSpan SendGrace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SentTooLongAgo = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan WithoutRecordTooLong = TimeSpan.FromHours(1);

    public async Task HandleAsync(CancellationToken cancellationToken)
    {
        var waiting = new Lazy<Task<HashSet<string>>>(() => WaitingMessagesAsync(cancellationToken));
        var brokerAway = false;
        await foreach (var id in jobs.ListActiveAsync(cancellationToken))
        {
            try
            {
                if (await LookAfterAsync(id, cancellationToken) is { } job && !brokerAway) await RequireMessageAsync(job, waiting, cancellationToken);
            }
            catch (Exception e) when (Outage.Is(e) || e is InvalidDataException)
            {
                LogSkipped(logger, id, e);

                // While the broker is down, each further job would time out too; the next round tries again.
                brokerAway |= e is MessagingException { Failure: MessagingFailure.ConnectionBroken };
            }
        }
    }

    // Returns the job if it may need a message.
    private async Task<Job?> LookAfterAsync(string id, CancellationToken cancellationToken)
    {
        if (await jobs.ReadAsync(id, cancellationToken) is not { } stored)
        {
            // The entry is written before the record; when the request died in between, nothing else removes it.
            if (JobIds.TryReadTime(id, out var time) && clock.GetUtcNow() - time > WithoutRecordTooLong)
                await jobs.ForgetActiveAsync(id, cancellationToken);
            return null;
        }

        if (stored.Job.IsTerminal)
        {
            await jobs.ForgetActiveAsync(id, cancellationToken);
            return null;
        }

        if (await ReapAsync(stored, cancellationToken) is { } reaped) return reaped;

        // The writer of a fresh record is still sending its message.
        return stored.Job.DispatchSentAt is not null || stored.Age > SendGrace ? stored.Job : null;
    }

    private async Task RequireMessageAsync(Job job, Lazy<Task<HashSet<string>>> waiting, CancellationToken cancellationToken)
    {
        if (job.State is JobState.Queued or JobState.Interrupted && clock.GetUtcNow() - job.DispatchSentAt > SentTooLongAgo
            && !(await waiting.Value).Contains($"{job.Id}.{job.Dispatch}"))
            job = await jobs.UpdateAsync(job.Id, s => JobTransitions.MessageMissing(s.Job, job.Dispatch), cancellationToken) ?? job;

        await dispatcher.DispatchAsync(job, cancellationToken);
    }

    private async Task<Job?> ReapAsync(StoredJob stored, CancellationToken cancellationToken)
    {
        if (stored.Job.State != JobState.Running || stored.Age <= JobTransitions.Lease) return null;
        var reaped = await jobs.UpdateAsync(stored.Job.Id, s => JobTransitions.Reap(s.Job, s.Age, clock.GetUtcNow()), cancellationToken);
        if (reaped is not null) LogReaped(logger, reaped.Id, reaped.State);
        return reaped;
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

    [LoggerMessage(43, LogLevel.Warning, "Job {JobId} can't be checked this time")]
    private static partial void LogSkipped(ILogger logger, string jobId, Exception exception);
}
