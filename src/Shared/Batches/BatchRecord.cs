using System.Text.Json;
using System.Text.Json.Serialization;
using WrnCloud.Jobs;

namespace WrnCloud.Batches;

/// <summary>A batch's record, <c>batch-output/{model}/{id}/batch.json</c>: pins the model version; rewriting it renews the worker's lease.</summary>
public sealed record BatchRecord
{
    /// <summary>Schema version of this document.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>24 hex characters.</summary>
    public required string Id { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The version that classifies every item, also in reruns; null when none could be resolved.</summary>
    public int? Version { get; init; }

    /// <summary>The input's path in its container.</summary>
    public required string Input { get; init; }

    /// <summary>The input's ETag when the batch was first seen.</summary>
    public required string InputETag { get; init; }

    /// <summary>The batch's state.</summary>
    public BatchState State { get; init; } = BatchState.Running;

    /// <summary>Why it failed.</summary>
    public JobReason? Reason { get; init; }

    /// <summary>Claims so far: the fencing number.</summary>
    public int Attempt { get; init; }

    /// <summary>Claims since the last finished part: how many workers in a row made no progress.</summary>
    public int Stalls { get; init; }

    /// <summary>True while a worker holds the lease; a worker that is silent for longer than the lease has lost it.</summary>
    public bool Held { get; init; }

    /// <summary>Number of items, once counted.</summary>
    public int? Items { get; init; }

    /// <summary>Items of the parts written so far.</summary>
    public int Done { get; init; }

    /// <summary>Items with a prediction, once the batch has ended.</summary>
    public int Results { get; init; }

    /// <summary>Items with an error, once the batch has ended.</summary>
    public int Errors { get; init; }

    /// <summary>Entries that are not items.</summary>
    public int Skipped { get; init; }

    /// <summary>Fields written by a newer version; kept when this version rewrites the document.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; init; }

    /// <summary>True in Succeeded and Failed.</summary>
    [JsonIgnore]
    public bool IsTerminal => State is BatchState.Succeeded or BatchState.Failed;
}
