using WrnCloud.Errors;

namespace WrnCloud.Jobs;

/// <summary>
/// The receiver's side of the message protocol: decides by the record, never by the message alone, and claims by one conditional write.
/// </summary>
public sealed class JobClaim(JobStore jobs, TimeProvider clock)
{
    /// <summary>Decides about a message body. Store failures surface as exceptions: the caller waits and abandons.</summary>
    /// <param name="body">The message.</param>
    /// <param name="machine">This machine; asked only when there is a job to claim.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    public async Task<ClaimResult> DecideAsync(ReadOnlyMemory<byte> body, Func<TrainerMachine> machine, CancellationToken cancellationToken)
    {
        if (TrainingMessage.TryParse(body) is not { } message) return new ClaimResult(ClaimDecision.DeadLetter, "message-unreadable");
        ClaimResult? result = null;
        var written = await jobs.UpdateAsync(
            message.JobId,
            stored =>
            {
                (result, var next) = Decide(stored, message, machine);
                return next;
            },
            cancellationToken);
        if (result is null) return new ClaimResult(ClaimDecision.DeadLetter, "job-not-found");
        return result.Decision is ClaimDecision.Claimed or ClaimDecision.Refused ? result with { Job = written } : result;
    }

    private (ClaimResult Result, Job? Next) Decide(StoredJob stored, TrainingMessage message, Func<TrainerMachine> machine)
    {
        var job = stored.Job;
        var now = clock.GetUtcNow();
        if (job.IsTerminal) return (new ClaimResult(ClaimDecision.Complete, "job-ended"), null);
        if (message.Dispatch < job.Dispatch) return (new ClaimResult(ClaimDecision.Complete, "message-stale"), null);
        var heldElsewhere = job.State == JobState.Running && stored.Age <= JobTransitions.Lease;
        if (heldElsewhere) return (new ClaimResult(ClaimDecision.Complete, "job-held"), null);
        if (job.CancelRequestedAt is not null && job.Publishing is null)
            return (new ClaimResult(ClaimDecision.Complete, "job-cancelled"), JobTransitions.HonourCancel(job, job.Attempt, now));
        if (job.State == JobState.Running && job.Crashes + 1 > JobTransitions.MaxCrashes)
            return (new ClaimResult(ClaimDecision.Complete, ErrorCatalogue.TrainerCrashed.Code), JobTransitions.Reap(job, stored.Age, now));
        if (machine().UnusableReason is { } reason)
            return (new ClaimResult(ClaimDecision.Refused, reason.Code), JobTransitions.Refuse(job, stored.Age, reason, now));
        return (new ClaimResult(ClaimDecision.Claimed, "claimed"), JobTransitions.Claim(job, stored.Age, machine().Auto, now));
    }
}
