using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;
using WrnCloud.Hosting;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Training;

/// <summary>
/// Idempotency keys: the first request with a key decides its job; the same request again gets the same job, another one is refused.
/// </summary>
public sealed class IdempotencyStore(BlobStore blobs, TimeProvider clock)
{
    public const string Header = "Idempotency-Key";

    /// <summary>Of <see cref="Containers.Requests"/>: what lies there is deleted some days later.</summary>
    public const string Folder = "keys";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The request's key, or null when it has none.</summary>
    public static string? KeyOf(HttpRequest request)
    {
        var values = request.Headers[Header];
        if (values.Count == 0) return null;
        if (values.Count > 1) throw new WrnException(ErrorCatalogue.KeyInvalid, $"The request has {values.Count} Idempotency-Key headers; send one.");
        var key = values.ToString();
        return key.Length is > 0 and <= 128 && key.All(c => c is >= '!' and <= '~')
            ? key
            : throw new WrnException(ErrorCatalogue.KeyInvalid, "The Idempotency-Key is 1 to 128 printable ASCII characters without spaces.");
    }

    /// <summary>The job that this key made within the last 24 h; null when the key is free.</summary>
    public async Task<string?> FindAsync<T>(string key, T request, CancellationToken cancellationToken)
    {
        var record = await blobs.ReadJsonAsync<IdempotencyRecord>(NameOf(key), cancellationToken);
        return record is null || Expired(record) ? null : Matching(record, request);
    }

    /// <summary>Records the key for <paramref name="jobId"/>; whoever came first decides the job that is returned.</summary>
    public async Task<string> RecordAsync<T>(string key, T request, string jobId, CancellationToken cancellationToken)
    {
        var name = NameOf(key);
        var own = new IdempotencyRecord(BodyHash(request), jobId, clock.GetUtcNow());
        while (true)
        {
            if (await blobs.TryCreateJsonAsync(name, own, cancellationToken)) return jobId;
            if (await blobs.ReadJsonWithTagAsync<IdempotencyRecord>(name, cancellationToken) is not { } read) continue;
            if (!Expired(read.Value)) return Matching(read.Value, request);
            if (await blobs.TryReplaceJsonAsync(name, own, read.Blob.ETag, cancellationToken) is not null) return jobId;
        }
    }

    private static string Matching<T>(IdempotencyRecord record, T request) => record.BodyHash == BodyHash(request)
        ? record.JobId
        : throw new WrnException(ErrorCatalogue.KeyReused, "The Idempotency-Key was used within 24 h for a request with another body.");

    private static string BodyHash<T>(T request) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, WrnJson.Compact)));

    private static BlobName NameOf(string key)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Caller.Name}\n{key}")));
        return BlobName.Of(Containers.Requests, Folder, hash[..56] + ".json");
    }

    private bool Expired(IdempotencyRecord record) => clock.GetUtcNow() - record.AcceptedAt > Lifetime;
}
