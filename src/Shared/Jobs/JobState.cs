namespace WrnCloud.Jobs;

/// <summary>Where a job stands. Terminal states never change.</summary>
public enum JobState
{
    /// <summary>The request is stored; its message may not be sent yet.</summary>
    Accepted,

    /// <summary>A message for it is in the queue.</summary>
    Queued,

    /// <summary>A trainer holds it.</summary>
    Running,

    /// <summary>A trainer let go before the end; another one goes on from the last checkpoint.</summary>
    Interrupted,

    /// <summary>Terminal: the model version is published.</summary>
    Succeeded,

    /// <summary>Terminal: the reason says why.</summary>
    Failed,

    /// <summary>Terminal: somebody asked for it.</summary>
    Cancelled,
}
