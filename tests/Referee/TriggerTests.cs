using System.Text.Json;
using Azure.Messaging.ServiceBus;
using WrnCloud.Contracts.Jobs;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Messaging;
using WrnCloud.Storage;

namespace WrnCloud.Referee;

/// <summary>Messages and timers reach the published worker's functions, and what these do is seen in the store.</summary>
[Collection(RefereeCollection.Name)]
[Trait("Category", "Slow")]
public sealed class TriggerTests(RefereeStack stack) : IAsyncDisposable
{
    private static readonly TimeSpan ReceiveLimit = TimeSpan.FromMinutes(1);

    private readonly ServiceBusClient _bus = new(stack.ServiceBus);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    [Fact]
    public async Task ServiceBus_BlobCreatedEvent_TheBatchIsClassified()
    {
        var id = new RandomIdSource().NewWriteId() + "01234567";
        await SendEventAsync(id);

        var batch = await Eventually.GetAsync(stack.Host, $"/api/batches/{id}", b => b.GetProperty("state").GetString() is "succeeded" or "failed");

        Assert.Equal(("succeeded", 1), (batch.GetProperty("state").GetString(), batch.GetProperty("results").GetInt32()));
    }

    [Fact]
    public async Task ServiceBus_WorkerKilled_TheNextOneTakesTheMessage()
    {
        var before = await WorkerAsync();
        Kill(before);
        var id = new RandomIdSource().NewWriteId() + "76543210";
        await SendEventAsync(id);

        await Eventually.GetAsync(stack.Host, $"/api/batches/{id}", b => b.GetProperty("state").GetString() == "succeeded");

        Assert.NotEqual(before, await WorkerAsync());
    }

    [Fact]
    public async Task ServiceBus_DeadLetter_ItsJobFails()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/training-jobs") { Content = new ByteArrayContent(RefereeStack.Training) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("x-functions-key", RefereeStack.Key);
        using var response = await stack.Host.SendAsync(request, Token);
        var id = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Token)).GetProperty("id").GetString();
        await DeadLetterAsync($"{id}.1");

        var job = await Eventually.GetAsync(stack.Host, $"/api/training-jobs/{id}", j => j.GetProperty("state").GetString() == "failed");

        Assert.Equal("delivery-failed", job.GetProperty("reason").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Timer_JobWhoseMessageWasNeverSent_TheMessageIsSent()
    {
        var job = SampleJobs.Accepted();
        Assert.True(await new JobStore(stack.Blobs, new RandomIdSource()).CreateAsync(job, Token));

        await Eventually.GetAsync(stack.Host, $"/api/training-jobs/{job.Id}", j => j.GetProperty("state").GetString() == "queued");
    }

    // Event Grid's part, which the host has not.
    private async Task SendEventAsync(string batchId)
    {
        var path = $"{RefereeStack.Model}/{batchId}/picture.png";
        var blob = stack.Blobs.Client.GetBlobContainerClient(Containers.BatchInput).GetBlobClient(path);
        var etag = (await blob.UploadAsync(BinaryData.FromBytes(Pictures.Of(10, 200, 10)), Token)).Value.ETag;
        var body = JsonSerializer.Serialize(new
        {
            specversion = "1.0",
            id = batchId,
            source = "referee",
            type = "Microsoft.Storage.BlobCreated",
            subject = $"/blobServices/default/containers/{Containers.BatchInput}/blobs/{path}",
            data = new { eTag = etag.ToString() },
        });
        await using var sender = _bus.CreateSender(QueueNames.BatchEvents);
        await sender.SendMessageAsync(new ServiceBusMessage(body) { MessageId = batchId, ContentType = "application/cloudevents+json" }, Token);
    }

    // The queue holds other requests' jobs too; nobody else receives here.
    private async Task DeadLetterAsync(string messageId)
    {
        await using var receiver = _bus.CreateReceiver(QueueNames.TrainingJobs);
        var others = new List<ServiceBusReceivedMessage>();
        while (await receiver.ReceiveMessageAsync(ReceiveLimit, Token) is { } message)
        {
            if (message.MessageId == messageId)
            {
                await receiver.DeadLetterMessageAsync(message, cancellationToken: Token);
                foreach (var other in others) await receiver.AbandonMessageAsync(other, cancellationToken: Token);
                return;
            }

            others.Add(message);
        }

        Assert.Fail($"Message {messageId} did not arrive.");
    }

    private async Task<int> WorkerAsync() =>
        (await Eventually.GetAsync(stack.Host, "/admin/host/status", _ => true)).GetProperty("processId").GetInt32();

    private static void Kill(int processId)
    {
        using var process = System.Diagnostics.Process.GetProcessById(processId);
        process.Kill();
    }
}
