using System.Text.Json;
using System.Text.Json.Serialization;
using WrnCloud.Weights;

namespace WrnCloud.Jobs;

/// <summary>The job record, <c>jobs/{id}/job.json</c>: the truth about a job. Every change is one conditional write.</summary>
public sealed record Job
{
    /// <summary>Version of this document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>20 lower-case base32 characters; newer jobs sort first.</summary>
    public required string Id { get; init; }

    /// <summary>Who submitted it.</summary>
    public required string Owner { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>Why, for states that need a reason.</summary>
    public JobReason? Reason { get; init; }

    /// <summary>Claims so far; the fencing number. What an attempt writes lies under <c>attempts/{attempt}/</c>.</summary>
    public int Attempt { get; init; }

    /// <summary>Counter of needed messages; the current message's id is <c>{id}.{dispatch}</c>.</summary>
    public int Dispatch { get; init; } = 1;

    /// <summary>When the current message was sent; null means: to be sent (again, under the same id).</summary>
    public DateTimeOffset? DispatchSentAt { get; init; }

    /// <summary>Attempts that ended without a word.</summary>
    public int Crashes { get; init; }

    /// <summary>The request as it came in.</summary>
    public required TrainingRequest Request { get; init; }

    /// <summary>The request with everything explicit.</summary>
    public required ResolvedTraining Resolved { get; init; }

    /// <summary>
    /// The weights that the job imports; null for a job that trains. The request and what it resolves to then say what there is to say.
    /// </summary>
    public WeightsImport? Import { get; init; }

    /// <summary>Hash of what decides the weights.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>How far it is.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>Seconds of training over all attempts, export and loading not counted; what <c>maxMinutes</c> limits.</summary>
    public double TrainedSeconds { get; init; }

    /// <summary>The checkpoint that the current attempt went on from.</summary>
    public ResumePoint? ResumedFrom { get; init; }

    /// <summary>One entry for each attempt that went on from a checkpoint, by attempt number.</summary>
    public IReadOnlyDictionary<int, ResumePoint> Resumes { get; init; } = new Dictionary<int, ResumePoint>();

    /// <summary>The version being published; from here on cancel changes nothing.</summary>
    public int? Publishing { get; init; }

    /// <summary>The published version.</summary>
    public int? Version { get; init; }

    /// <summary>When cancellation was asked for.</summary>
    public DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>When the request was stored.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When its message was sent.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>When it was first claimed.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it reached a terminal state.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Trace context of the request that made it, so that the trainer's spans join the same trace.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Fresh for every write: how a writer recognises its own write after a lost reply.</summary>
    public string WriteId { get; init; } = "";

    /// <summary>Fields that a newer version wrote; they stay when this version rewrites the document.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }

    /// <summary>True in Succeeded, Failed and Cancelled.</summary>
    [JsonIgnore]
    public bool IsTerminal => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;
}
