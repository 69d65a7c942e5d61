using WrnCloud.Messaging;

namespace WrnCloud.Jobs;

/// <summary>Sends the message that a job record says it needs, then notes that it was sent. Safe to repeat: same need, same id.</summary>
public sealed class JobDispatcher(JobStore jobs, IJobQueues queues, TimeProvider clock) : IAsyncDisposable
{
    private readonly IJobQueue _queue = queues.Open(QueueNames.TrainingJobs);

    /// <summary>Sends when needed; returns the record after the note, or the given one when nothing was needed.</summary>
    /// <exception cref="MessagingException">The broker did not take it; the record still says that it is needed.</exception>
    public async Task<Job> DispatchAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.IsTerminal || job.DispatchSentAt is not null) return job;
        await _queue.SendAsync(TrainingMessage.For(job), cancellationToken);
        var noted = await jobs.UpdateAsync(job.Id, s => JobTransitions.MessageSent(s.Job, job.Dispatch, clock.GetUtcNow()), cancellationToken);
        return noted ?? (await jobs.ReadAsync(job.Id, cancellationToken))?.Job ?? job;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _queue.DisposeAsync();
}
