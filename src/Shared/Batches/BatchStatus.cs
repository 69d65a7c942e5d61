using WrnCloud.Jobs;
using WrnCloud.Models;

namespace WrnCloud.Batches;

/// <summary>Response of GET /batches/{id}.</summary>
/// <param name="Id">24 hex characters.</param>
/// <param name="Model">The model.</param>
/// <param name="Version">The version that all items are classified by.</param>
/// <param name="State">The batch's state.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Items">Items in the archive, skipped entries excluded; null until counted.</param>
/// <param name="Done">Items classified or failed so far.</param>
/// <param name="Results">Items with a prediction.</param>
/// <param name="Errors">Items with an error.</param>
/// <param name="Skipped">
/// Directories, and files that accompany pictures: hidden files, thumbnail databases, texts, tables, everything in <c>__MACOSX/</c>.
/// </param>
/// <param name="Files">The output files, once succeeded; fetch each from <c>/batches/{id}/files/{name}</c>.</param>
/// <param name="OthersActive">While queued: the number of other batches that have started and not ended; at most 1,000 are counted.</param>
public sealed record BatchStatus(
    string Id,
    string Model,
    int? Version,
    BatchState State,
    JobReason? Reason = null,
    int? Items = null,
    int Done = 0,
    int Results = 0,
    int Errors = 0,
    int Skipped = 0,
    IReadOnlyList<ArtifactFile>? Files = null,
    int? OthersActive = null);
