using System.Text.Json;
using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WrnCloud.Hosting;
using WrnCloud.Messaging;
using WrnCloud.Storage;

namespace WrnCloud.LocalCloud.Storage;

/// <summary>
/// Stands in for Event Grid: polls the input container once a second and sends a BlobCreated event for each new blob. After a restart it sends
/// all of them again, as Event Grid may too: handlers are idempotent.
/// </summary>
internal sealed partial class BlobEventWatcher(
    BlobStore blobs, IJobQueues queues, TimeProvider clock, IIdSource ids, ILogger<BlobEventWatcher> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, string> _told = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var queue = queues.Open(QueueNames.BatchEvents);
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(queue, stoppingToken);
            }
            catch (Exception e) when (e is RequestFailedException or MessagingException or AggregateException)
            {
                LogLater(logger, e);
            }
        }
    }

    private async Task LookAsync(IJobQueue queue, CancellationToken cancellationToken)
    {
        await foreach (var blob in blobs.Client.GetBlobContainerClient(Containers.BatchInput).GetBlobsAsync(cancellationToken: cancellationToken))
        {
            var etag = blob.Properties.ETag?.ToString().Trim('"') ?? "";
            if (_told.TryGetValue(blob.Name, out var told) && told == etag) continue;
            await queue.SendAsync(Event(blob.Name, etag, blob.Properties.ContentLength ?? 0), cancellationToken);
            _told[blob.Name] = etag;
        }
    }

    private OutgoingMessage Event(string name, string etag, long length)
    {
        var id = ids.NewWriteId();
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object>
            {
                ["specversion"] = "1.0",
                ["id"] = id,
                ["type"] = "Microsoft.Storage.BlobCreated",
                ["source"] = "/local/storage",
                ["subject"] = $"/blobServices/default/containers/{Containers.BatchInput}/blobs/{name}",
                ["time"] = clock.GetUtcNow(),
                ["data"] = new Dictionary<string, object> { ["api"] = "PutBlob", ["eTag"] = etag, ["contentLength"] = length },
            },
            WrnJson.Compact);
        return new OutgoingMessage(id, body, null, "application/cloudevents+json");
    }

    [LoggerMessage(60, LogLevel.Warning, "Uploads could not be listed; trying again")]
    private static partial void LogLater(ILogger logger, Exception exception);
}
