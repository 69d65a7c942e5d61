namespace WrnCloud.Storage;

/// <summary>The containers of the data account. Infrastructure and code use these names.</summary>
public static class Containers
{
    /// <summary>Job records, checkpoints and metrics.</summary>
    public const string Jobs = "jobs";

    /// <summary>One empty blob for each job that has not ended.</summary>
    public const string JobsActive = "jobs-active";

    /// <summary>Idempotency records.</summary>
    public const string Requests = "requests";

    /// <summary>Published model versions.</summary>
    public const string Models = "models";

    /// <summary>Pushed data sets.</summary>
    public const string Datasets = "datasets";

    /// <summary>Imported weights, and uploaded files to import.</summary>
    public const string Weights = "weights";

    /// <summary>Archives and pictures to classify.</summary>
    public const string BatchInput = "batch-input";

    /// <summary>Results of batches.</summary>
    public const string BatchOutput = "batch-output";

    /// <summary>All containers.</summary>
    public static IReadOnlyList<string> All { get; } = [Jobs, JobsActive, Requests, Models, Datasets, Weights, BatchInput, BatchOutput];
}
