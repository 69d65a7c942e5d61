namespace WrnCloud.Jobs;

/// <summary>How the receiver of a training message handles it.</summary>
public enum ClaimDecision
{
    /// <summary>The job is ours: run it, complete the message last.</summary>
    Claimed,

    /// <summary>Nothing to do (ended, cancelled, stale, or held by another): complete the message.</summary>
    Complete,

    /// <summary>Unreadable, or no such job: dead-letter the message.</summary>
    DeadLetter,

    /// <summary>This machine can't train it: send the job's next message for another one, complete this message, and end.</summary>
    Refused,
}
