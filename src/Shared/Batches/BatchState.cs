namespace WrnCloud.Batches;

/// <summary>Where a batch stands.</summary>
public enum BatchState
{
    /// <summary>The URL was given out; the upload is not there.</summary>
    AwaitingUpload,

    /// <summary>It waits for its turn: batches are worked on one after the other, a long one in slices.</summary>
    Queued,

    /// <summary>Its items are being classified.</summary>
    Running,

    /// <summary>Terminal: every item is in the results or in the errors.</summary>
    Succeeded,

    /// <summary>Terminal: the archive could not be processed at all.</summary>
    Failed,
}
