namespace WrnCloud.Batches;

/// <summary>Limits of a batch archive.</summary>
public static class BatchLimits
{
    /// <summary>Largest input in bytes.</summary>
    public const long MaxInputBytes = 512L << 20;

    /// <summary>Most entries in an archive.</summary>
    public const int MaxEntries = 10_000;

    /// <summary>Items of one part: the most work lost when a worker dies.</summary>
    public const int PartSize = 500;

    /// <summary>Consecutive claims without a finished part after which the batch fails.</summary>
    public const int MaxStalls = 10;
}
