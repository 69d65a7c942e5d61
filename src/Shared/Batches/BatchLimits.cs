namespace WrnCloud.Batches;

/// <summary>What an archive may hold.</summary>
public static class BatchLimits
{
    /// <summary>Largest input in bytes.</summary>
    public const long MaxInputBytes = 512L << 20;

    /// <summary>Most entries in an archive.</summary>
    public const int MaxEntries = 10_000;

    /// <summary>Items of one part: what is lost at most when a worker dies.</summary>
    public const int PartSize = 500;

    /// <summary>Claims in a row that finish no part before the batch is given up.</summary>
    public const int MaxStalls = 10;
}
