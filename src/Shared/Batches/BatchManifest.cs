using WrnCloud.Models;

namespace WrnCloud.Batches;

/// <summary>
/// <c>manifest.json</c> of a batch, written last: every item is exactly once in results or errors. It holds no time, so that a rerun is byte-equal.
/// </summary>
/// <param name="Schema">Schema version, 1.</param>
/// <param name="Id">The batch.</param>
/// <param name="Model">The model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Input">The input blob's container and name.</param>
/// <param name="InputSha256">Hash of the input's bytes.</param>
/// <param name="Items">Items in the archive.</param>
/// <param name="Results">Lines of results.jsonl.</param>
/// <param name="Errors">Lines of errors.jsonl; Results + Errors = Items.</param>
/// <param name="Skipped">Directories, and files that go with pictures but are none.</param>
/// <param name="Files">results.jsonl and errors.jsonl with lengths and hashes.</param>
public sealed record BatchManifest(
    int Schema,
    string Id,
    string Model,
    int Version,
    string Input,
    string InputSha256,
    int Items,
    int Results,
    int Errors,
    int Skipped,
    IReadOnlyList<ArtifactFile> Files);
