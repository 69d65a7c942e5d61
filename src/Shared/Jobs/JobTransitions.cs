using WrnCloud.Errors;
using WrnCloud.Weights;

namespace WrnCloud.Jobs;

/// <summary>
/// The job's state machine as pure functions: each takes the record as read and returns the record to write, or null when the
/// change is void (the state has moved on). Nothing else changes a state.
/// </summary>
public static class JobTransitions
{
    /// <summary>Attempts that may end without a word before the job is given up.</summary>
    public const int MaxCrashes = 5;

    /// <summary>Silence after which a running job's holder is taken for lost.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>The record of a request that was just accepted.</summary>
    public static Job Accept(string id, string owner, TrainingRequest request, ResolvedTraining resolved, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(resolved);
        return new Job
        {
            Id = id,
            Owner = owner,
            State = JobState.Accepted,
            Request = request,
            Resolved = resolved,
            ConfigHash = resolved.ConfigHash(),
            AcceptedAt = now,
        };
    }

    /// <summary>The record of a request to import weights that was just accepted.</summary>
    public static Job Accept(string id, string owner, WeightsImport import, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(import);
        return new Job
        {
            Id = id,
            Owner = owner,
            State = JobState.Accepted,
            Request = new TrainingRequest { Model = import.Network, PublishAs = import.ServeAs },
            Resolved = import.Describe(),
            Import = import,
            ConfigHash = import.Hash,
            AcceptedAt = now,
        };
    }

    /// <summary>The current message was sent. Accepted becomes Queued; a later state only notes the time.</summary>
    public static Job? MessageSent(Job job, int dispatch, DateTimeOffset now)
    {
        if (job.IsTerminal || job.Dispatch != dispatch || job.DispatchSentAt is not null) return null;
        return job with
        {
            DispatchSentAt = now,
            State = job.State == JobState.Accepted ? JobState.Queued : job.State,
            QueuedAt = job.QueuedAt ?? now,
        };
    }

    /// <summary>
    /// A trainer takes the job: the attempt rises. At the first claim <see cref="Precision.Auto"/> becomes what it is on the trainer's machine,
    /// for every attempt to come; it is part of the configuration hash, as equal hashes promise equal runs.
    /// Void when the job ended or another holder's lease is alive.
    /// </summary>
    public static Job? Claim(Job job, TimeSpan age, Precision auto, DateTimeOffset now)
    {
        if (job.IsTerminal || job.CancelRequestedAt is not null || IsHeld(job, age)) return null;
        return ResolvePrecision(job, auto) with
        {
            State = JobState.Running,
            Attempt = job.Attempt + 1,
            Crashes = job.Crashes + (job.State == JobState.Running ? 1 : 0),
            StartedAt = job.StartedAt ?? now,
            ResumedFrom = null,
            Reason = null,
        };
    }

    /// <summary>
    /// A trainer gives the job back unclaimed, as its machine can't train it: the next message is for another one.
    /// Counts like a crash, so that a fleet of such machines ends in the reason instead of going round for ever.
    /// </summary>
    public static Job? Refuse(Job job, TimeSpan age, JobReason reason, DateTimeOffset now)
    {
        if (job.IsTerminal || job.CancelRequestedAt is not null || IsHeld(job, age)) return null;
        var counted = job with { Crashes = job.Crashes + 1 };
        if (counted.Crashes > MaxCrashes) return End(counted, JobState.Failed, reason, now);
        return NeedMessage(counted) with { State = JobState.Interrupted, Reason = reason };
    }

    /// <summary>The holder found the checkpoint that it goes on from.</summary>
    public static Job? Resumed(Job job, int attempt, ResumePoint from) => !Holds(job, attempt)
        ? null
        : job with { ResumedFrom = from, Resumes = new Dictionary<int, ResumePoint>(job.Resumes) { [attempt] = from } };

    /// <summary>The holder is alive, this far, and has trained this long over all attempts. The write itself renews the lease.</summary>
    public static Job? Heartbeat(Job job, int attempt, JobProgress? progress, double trainedSeconds) => Holds(job, attempt)
        ? job with { Progress = progress ?? job.Progress, TrainedSeconds = Math.Max(job.TrainedSeconds, trainedSeconds) }
        : null;

    /// <summary>The holder lets go; the need for the next message is part of the same write. A job that was to be cancelled is.</summary>
    public static Job? Interrupt(Job job, int attempt, JobReason reason, DateTimeOffset now)
    {
        if (!Holds(job, attempt)) return null;
        if (job.CancelRequestedAt is not null && job.Publishing is null) return Cancel(job, now);
        return NeedMessage(job) with { State = JobState.Interrupted, Reason = reason };
    }

    /// <summary>The reaper found the holder silent for longer than the lease.</summary>
    public static Job? Reap(Job job, TimeSpan age, DateTimeOffset now)
    {
        if (job.State != JobState.Running || age <= Lease) return null;
        if (job.CancelRequestedAt is not null && job.Publishing is null) return Cancel(job, now);
        var crashes = job.Crashes + 1;
        if (crashes > MaxCrashes)
        {
            var crashed = new JobReason(ErrorCatalogue.TrainerCrashed.Code, $"The trainer ended without a word {crashes} times.");
            return End(job, JobState.Failed, crashed, now) with { Crashes = crashes };
        }

        return NeedMessage(job) with
        {
            State = JobState.Interrupted,
            Crashes = crashes,
            Reason = new JobReason("trainer-lost", "The trainer fell silent; the job goes on from its last checkpoint."),
        };
    }

    /// <summary>The current message is lost: raise the dispatch so that a new one with a new id is sent.</summary>
    public static Job? MessageMissing(Job job, int dispatch) =>
        job.State is JobState.Accepted or JobState.Queued or JobState.Interrupted && job.Dispatch == dispatch ? NeedMessage(job) : null;

    /// <summary>Somebody asks to cancel: at once while nobody holds the job, by its holder otherwise. Void once terminal or publishing.</summary>
    public static Job? RequestCancel(Job job, DateTimeOffset now)
    {
        if (job.IsTerminal || job.Publishing is not null || job.CancelRequestedAt is not null) return null;
        var asked = job with { CancelRequestedAt = now };
        return job.State == JobState.Running ? asked : Cancel(asked, now);
    }

    /// <summary>Whoever may decide so ends a job whose cancellation was asked for.</summary>
    public static Job? HonourCancel(Job job, int? attempt, DateTimeOffset now)
    {
        if (job.IsTerminal || job.CancelRequestedAt is null || job.Publishing is not null) return null;
        if (job.State == JobState.Running && job.Attempt != attempt) return null;
        return Cancel(job, now);
    }

    /// <summary>The holder knows of which network the weights are that it imports.</summary>
    public static Job? Identified(Job job, int attempt, ResolvedTraining resolved) => Holds(job, attempt) ? job with { Resolved = resolved } : null;

    /// <summary>The version is reserved; from here cancel changes nothing.</summary>
    public static Job? BeginPublishing(Job job, int attempt, int version) =>
        Holds(job, attempt) && job.CancelRequestedAt is null ? job with { Publishing = version } : null;

    /// <summary>The version's manifest is written; without one, that of the imported weights is.</summary>
    public static Job? Succeed(Job job, int attempt, int? version, JobProgress? progress, JobReason? reason, DateTimeOffset now) =>
        Holds(job, attempt) ? End(job, JobState.Succeeded, reason, now) with { Version = version, Progress = progress ?? job.Progress } : null;

    /// <summary>The holder gives up.</summary>
    public static Job? Fail(Job job, int attempt, JobReason reason, DateTimeOffset now) =>
        Holds(job, attempt) ? End(job, JobState.Failed, reason, now) : null;

    /// <summary>The message of this dispatch is dead: the job fails only when it is the current one and nobody holds the job.</summary>
    public static Job? FailUndeliverable(Job job, int dispatch, JobReason reason, DateTimeOffset now) =>
        job.State is JobState.Accepted or JobState.Queued or JobState.Interrupted && job.Dispatch == dispatch
            ? End(job, JobState.Failed, reason, now)
            : null;

    private static bool IsHeld(Job job, TimeSpan age) => job.State == JobState.Running && age <= Lease;

    private static Job ResolvePrecision(Job job, Precision auto)
    {
        if (job.Attempt > 0 || job.Resolved.Settings.Precision != Precision.Auto) return job;
        var resolved = job.Resolved with { Settings = job.Resolved.Settings with { Precision = auto } };
        return job with { Resolved = resolved, ConfigHash = resolved.ConfigHash() };
    }

    private static bool Holds(Job job, int attempt) => job.State == JobState.Running && job.Attempt == attempt;

    private static Job NeedMessage(Job job) => job with { Dispatch = job.Dispatch + 1, DispatchSentAt = null };

    private static Job Cancel(Job job, DateTimeOffset now) =>
        End(job, JobState.Cancelled, new JobReason(ErrorCatalogue.Cancelled.Code, "The job was cancelled on request."), now);

    private static Job End(Job job, JobState state, JobReason? reason, DateTimeOffset now) =>
        job with { State = state, Reason = reason, EndedAt = now };
}
