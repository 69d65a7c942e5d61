using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WrnCloud.Batches;
using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>Joins the parts into the results, the errors and, last, the manifest that balances them.</summary>
public sealed class BatchOutputs(BlobStore blobs)
{
    private const string Lines = "application/jsonl";

    public async Task<BatchManifest> WriteAsync(BatchRecord record, string inputSha256, int parts, CancellationToken cancellationToken)
    {
        var results = new StringBuilder();
        var errors = new StringBuilder();
        int good = 0, bad = 0;
        for (var part = 0; part < parts; part++)
        {
            var name = BatchNames.Part(record.Model, record.Id, part);
            var blob = await blobs.ReadAsync(name, cancellationToken) ?? throw new InvalidDataException($"{name} is missing.");
            foreach (var line in Encoding.UTF8.GetString(blob.Bytes.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                using var item = JsonDocument.Parse(line);
                if (item.RootElement.TryGetProperty("code", out _))
                {
                    errors.Append(line).Append('\n');
                    bad++;
                }
                else
                {
                    results.Append(line).Append('\n');
                    good++;
                }
            }
        }

        if (good + bad != record.Items)
            throw new InvalidDataException($"Batch {record.Id} has {good} results and {bad} errors for {record.Items} items.");
        ArtifactFile[] files =
        [
            await PutAsync(record, BatchNames.Results, results.ToString(), cancellationToken),
            await PutAsync(record, BatchNames.Errors, errors.ToString(), cancellationToken),
        ];
        var manifest = new BatchManifest(
            1,
            record.Id,
            record.Model,
            record.Version!.Value,
            $"{Containers.BatchInput}/{record.Input}",
            inputSha256,
            good + bad,
            good,
            bad,
            record.Skipped,
            files);
        await blobs.TryCreateJsonAsync(BatchNames.Output(record.Model, record.Id, BatchNames.Manifest), manifest, cancellationToken);
        return manifest;
    }

    private async Task<ArtifactFile> PutAsync(BatchRecord record, string file, string content, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        await blobs.TryCreateAsync(BatchNames.Output(record.Model, record.Id, file), bytes, Lines, cancellationToken);
        return new ArtifactFile(file, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }
}
