namespace WrnCloud.Messaging;

/// <summary>The queues of the system. Infrastructure, broker configuration and code use these names.</summary>
public static class QueueNames
{
    /// <summary>One message per training run to do.</summary>
    public const string TrainingJobs = "training-jobs";

    /// <summary>BlobCreated events and continuations of batches.</summary>
    public const string BatchEvents = "batch-events";

    /// <summary>Dead letters of <see cref="TrainingJobs"/>.</summary>
    public const string TrainingJobsDeadLetters = TrainingJobs + DeadLetterSuffix;

    /// <summary>Dead letters of <see cref="BatchEvents"/>.</summary>
    public const string BatchEventsDeadLetters = BatchEvents + DeadLetterSuffix;

    /// <summary>What follows a queue's name in its dead-letter queue's path.</summary>
    public const string DeadLetterSuffix = "/$DeadLetterQueue";
}
