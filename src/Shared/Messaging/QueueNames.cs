namespace WrnCloud.Messaging;

/// <summary>The system's queues. Infrastructure, broker configuration and code use these names.</summary>
public static class QueueNames
{
    /// <summary>One message for each pending training run.</summary>
    public const string TrainingJobs = "training-jobs";

    /// <summary>BlobCreated events and continuations of batches.</summary>
    public const string BatchEvents = "batch-events";

    /// <summary>Dead letters of <see cref="TrainingJobs"/>.</summary>
    public const string TrainingJobsDeadLetters = TrainingJobs + DeadLetterSuffix;

    /// <summary>Dead letters of <see cref="BatchEvents"/>.</summary>
    public const string BatchEventsDeadLetters = BatchEvents + DeadLetterSuffix;

    /// <summary>Suffix that turns a queue's name into the path of its dead-letter queue.</summary>
    public const string DeadLetterSuffix = "/$DeadLetterQueue";
}
