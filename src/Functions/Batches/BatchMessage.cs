using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.Messaging;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Batches;

/// <summary>A message of the batch queue: a BlobCreated event (CloudEvents 1.0), or the continuation of a batch in the same format.</summary>
/// <param name="Input">The input blob.</param>
/// <param name="ETag">Its ETag at the event.</param>
public sealed record BatchMessage(InputBlobName Input, string ETag)
{
    private const string EventType = "Microsoft.Storage.BlobCreated";
    private const string SubjectPrefix = "/blobServices/default/containers/";

    /// <summary>Parses a body; null when it is not an event about a batch input.</summary>
    public static BatchMessage? TryParse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            var root = document.RootElement;
            if (root.GetProperty("type").GetString() != EventType) return null;
            var etag = root.GetProperty("data").GetProperty("eTag").GetString()?.Trim('"');
            if (string.IsNullOrEmpty(etag)) return null;
            return InputBlobName.TryParseSubject(root.GetProperty("subject").GetString(), out var input) ? new BatchMessage(input, etag) : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The number of a continuation that no claim sends: negative, and a new one every ten seconds.</summary>
    public static int NumberOf(DateTimeOffset now) => -(int)(now.ToUnixTimeSeconds() / 10);

    /// <summary>
    /// The message that continues a batch. Its id has a number that is new
    /// each time one is needed (the claim that sends it, or <see cref="NumberOf"/> a time):
    /// a part may need several claims, and duplicate detection must not drop the second message.
    /// </summary>
    public OutgoingMessage Continuation(string batchId, int number, DateTimeOffset now)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                Specversion = "1.0",
                Id = $"{batchId}.{number}",
                Type = EventType,
                Source = "wrncloud/batches",
                Subject = $"{SubjectPrefix}{Containers.BatchInput}/blobs/{Input.Path}",
                Time = now,
                Data = new { Api = "Continue", ETag },
            },
            WrnJson.Compact);
        return new OutgoingMessage($"{batchId}.{number}", body, null, "application/cloudevents+json");
    }
}
