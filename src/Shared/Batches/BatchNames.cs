using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using WrnCloud.Storage;

namespace WrnCloud.Batches;

/// <summary>Names of a batch's blobs and output files.</summary>
public static partial class BatchNames
{
    /// <summary>Output: one line for each item with a prediction.</summary>
    public const string Results = "results.jsonl";

    /// <summary>Output: one line for each item with an error.</summary>
    public const string Errors = "errors.jsonl";

    /// <summary>Output, written last: counts and hashes.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>
    /// The batch id of an input. An upload through the API has its id as the second segment of its path, so that the caller knows it before
    /// the upload; any other input's id is the first 24 hex characters of SHA-256(container/path/etag).
    /// </summary>
    public static string IdOf(InputBlobName input, string etag)
    {
        var segments = input.Path.Split('/');
        if (segments.Length == 3 && IdPattern().IsMatch(segments[1])) return segments[1];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Containers.BatchInput}/{input.Path}/{etag.Trim('"')}")))[..24];
    }

    /// <summary>Whether the text has the format of a batch's id.</summary>
    public static bool IsId(string text) => IdPattern().IsMatch(text);

    /// <summary>The batch's record.</summary>
    public static BlobName Record(string model, string id) => BlobName.Of(Containers.BatchOutput, model, id, "batch.json");

    /// <summary>An output file.</summary>
    public static BlobName Output(string model, string id, string file) => BlobName.Of(Containers.BatchOutput, model, id, file);

    /// <summary>A part's results, in the order of the items.</summary>
    public static BlobName Part(string model, string id, int part) => BlobName.Of(Containers.BatchOutput, model, id, "parts", $"{part:D5}.jsonl");

    /// <summary>The ticket of an id, which names its model and input.</summary>
    public static BlobName Ticket(string id) => BlobName.Of(Containers.Requests, $"batch-{id}.json");

    [GeneratedRegex(@"\A[0-9a-f]{24}\z", RegexOptions.None, 1000)]
    private static partial Regex IdPattern();
}
