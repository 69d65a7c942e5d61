namespace WrnCloud.Functions.Batches;

/// <summary>The outcome of processing a part.</summary>
public enum PartEnd
{
    /// <summary>The part's file exists.</summary>
    Done,

    /// <summary>The message's time is up; the next message repeats the part.</summary>
    TimeIsUp,

    /// <summary>Another worker has the batch.</summary>
    LeaseLost,
}
