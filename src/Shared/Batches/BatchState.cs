namespace WrnCloud.Batches;

/// <summary>The states of a batch.</summary>
public enum BatchState
{
    /// <summary>The upload URL was issued; the upload has not arrived.</summary>
    AwaitingUpload,

    /// <summary>It waits for its turn: batches are processed one after another, long ones in slices.</summary>
    Queued,

    /// <summary>Its items are being classified.</summary>
    Running,

    /// <summary>Terminal: every item is in the results or in the errors.</summary>
    Succeeded,

    /// <summary>Terminal: the archive could not be processed at all.</summary>
    Failed,
}
