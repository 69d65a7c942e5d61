using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Functions.Http;
using WrnCloud.Functions.Upkeep;
using WrnCloud.Messaging;

namespace WrnCloud.Functions.Batches;

/// <summary>Functions for batches: started by uploads, read over HTTP.</summary>
public sealed class BatchFunctions(
    ProcessBatch process, ReadBatches read, ResumeBatches resume, SweepBatches sweep, RequeueDeadBatches requeue, Heartbeats heartbeats)
{
    [Function("ProcessBatch")]
    public Task ProcessAsync(
        [ServiceBusTrigger(QueueNames.BatchEvents, Connection = "ServiceBus")] byte[] body, CancellationToken cancellationToken) =>
        process.HandleAsync(body, cancellationToken);

    [Function("ResumeBatches")]
    public async Task ResumeAsync(
        [TimerTrigger("15,45 * * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await resume.HandleAsync(cancellationToken);
        await heartbeats.BeatAsync(Heartbeats.Batches, cancellationToken);
    }

    [Function("SweepBatches")]
    public async Task SweepAsync(
        [TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await sweep.HandleAsync(cancellationToken);
        await heartbeats.BeatAsync(Heartbeats.Inputs, cancellationToken);
    }

    [Function("RequeueDeadBatches")]
    public Task RequeueAsync(
        [ServiceBusTrigger(QueueNames.BatchEventsDeadLetters, Connection = "ServiceBus")] byte[] body, CancellationToken cancellationToken) =>
        requeue.HandleAsync(body, cancellationToken);

    [Function("GetBatch")]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "batches/{id}")] HttpRequest request, string id) =>
        Answer.FromAsync(request, ct => read.GetAsync(id, ct));

    [Function("GetBatchFile")]
    public Task<IResult> GetFileAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "batches/{id}/files/{file}")] HttpRequest request, string id, string file) =>
        Answer.FromAsync(request, ct => read.GetFileAsync(id, file, ct));
}
