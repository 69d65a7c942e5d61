using WrnCloud.Batches;

namespace WrnCloud.Cli.Api;

/// <summary>Downloads a batch's output: its results, its errors and its manifest.</summary>
internal static class BatchDownload
{
    public const string Results = "results.jsonl";
    public const string Errors = "errors.jsonl";
    public const string Manifest = "manifest.json";

    public static async Task RunAsync(ApiClient api, BatchStatus batch, string folder, CancellationToken cancellationToken)
    {
        var hashes = (batch.Files ?? []).ToDictionary(f => f.Name, f => f.Sha256);
        foreach (var name in hashes.Keys.Union([Results, Errors, Manifest]))
        {
            await FileDownload.SaveAsync(
                name, hashes.GetValueOrDefault(name), folder, (file, ct) => api.OpenBatchFileAsync(batch.Id, file, ct), api.Clock, cancellationToken);
        }
    }
}
