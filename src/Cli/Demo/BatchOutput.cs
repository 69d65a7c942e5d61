using System.Text.Json;
using WrnCloud.Batches;
using WrnCloud.Cli.Api;
using WrnCloud.Hosting;

namespace WrnCloud.Cli.Demo;

/// <summary>A batch's downloaded output.</summary>
/// <param name="Results">Lines of results.jsonl.</param>
/// <param name="Errors">Lines of errors.jsonl.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="InputSha256">Hash of the archive that was sent.</param>
/// <param name="Hashes">Hashes of results.jsonl and errors.jsonl as they arrived, by name.</param>
internal sealed record BatchOutput(
    IReadOnlyList<BatchItemResult> Results,
    IReadOnlyList<BatchItemError> Errors,
    BatchManifest Manifest,
    string InputSha256,
    IReadOnlyDictionary<string, string> Hashes)
{
    /// <exception cref="FailedException">A file does not have the expected format.</exception>
    public static BatchOutput Read(string folder, ReadOnlySpan<byte> input)
    {
        try
        {
            return new BatchOutput(
                Lines<BatchItemResult>(folder, BatchDownload.Results),
                Lines<BatchItemError>(folder, BatchDownload.Errors),
                Parse<BatchManifest>(File.ReadAllText(Path.Combine(folder, BatchDownload.Manifest))),
                BatchCheck.Hash(input),
                new[] { BatchDownload.Results, BatchDownload.Errors }
                    .ToDictionary(n => n, n => BatchCheck.Hash(File.ReadAllBytes(Path.Combine(folder, n)))));
        }
        catch (JsonException e)
        {
            throw new FailedException($"The batch's output could not be read: {e.Message}", e);
        }
    }

    private static List<T> Lines<T>(string folder, string name) => [.. File.ReadLines(Path.Combine(folder, name)).Select(Parse<T>)];

    private static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, WrnJson.Compact) ?? throw new JsonException("A line is null.");
}
