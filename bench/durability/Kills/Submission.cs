using WrnCloud.Jobs;

namespace WrnCloud.DurabilityBench.Kills;

/// <summary>A job as its client knows it. Its name, which the job publishes as, is used for no other.</summary>
internal sealed class Submission(TrainingRequest request, string? key, Fault round)
{
    private readonly Lock _gate = new();
    private readonly List<string> _broken = [];
    private Job? _ended;
    private bool _isCancelled;

    public TrainingRequest Request { get; } = request;

    public string Name { get; } = request.PublishAs!;

    /// <summary>Its Idempotency-Key.</summary>
    public string? Key { get; } = key;

    /// <summary>What was killed in the round in which it was submitted.</summary>
    public Fault Round { get; } = round;

    /// <summary>The id in the first acknowledgement.</summary>
    public string? JobId { get; private set; }

    /// <summary>What is known of it now: an answer to a question asked later has to agree.</summary>
    public Known Now
    {
        get
        {
            lock (_gate) return new Known(_ended, _isCancelled);
        }
    }

    /// <summary>What did not hold.</summary>
    public IReadOnlyList<string> Broken
    {
        get
        {
            lock (_gate) return [.. _broken];
        }
    }

    /// <summary>A 202 came.</summary>
    public void Acknowledged(Job job, Known before)
    {
        lock (_gate)
        {
            if (JobId is not null && JobId != job.Id) _broken.Add(Breach.Duplicate);
            JobId ??= job.Id;
        }

        Saw(job, before);
    }

    /// <summary>The cancellation was answered. A job that is being published stays as it is, and the answer says so: that is none.</summary>
    public void Cancelled(Job job, Known before)
    {
        Saw(job, before);
        lock (_gate) _isCancelled |= job.CancelRequestedAt is not null;
    }

    /// <summary>The record as it was read, asked for when <paramref name="before"/> was known.</summary>
    public void Saw(Job job, Known before)
    {
        lock (_gate)
        {
            if (before.Ended is { } ended && (ended.State, ended.Version, ended.EndedAt) != (job.State, job.Version, job.EndedAt))
                _broken.Add(Breach.CameBack);
            if (before.IsCancelled && !job.IsTerminal && job.CancelRequestedAt is null) _broken.Add(Breach.Lost);
            if (job.IsTerminal) _ended ??= job;
        }
    }

    /// <summary>Something about it does not hold.</summary>
    public void Break(string breach)
    {
        lock (_gate) _broken.Add(breach);
    }

    /// <summary>What a client has been told.</summary>
    /// <param name="Ended">The record in the terminal state that was seen first.</param>
    /// <param name="IsCancelled">Its cancellation was acknowledged.</param>
    public readonly record struct Known(Job? Ended, bool IsCancelled);
}
