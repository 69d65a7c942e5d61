namespace WrnCloud.Functions.Batches;

/// <summary>How work on a part ended.</summary>
public enum PartEnd
{
    /// <summary>The part's file is there.</summary>
    Done,

    /// <summary>The message's time is up; the part is done again by the next one.</summary>
    TimeIsUp,

    /// <summary>Another worker has the batch.</summary>
    LeaseLost,
}
