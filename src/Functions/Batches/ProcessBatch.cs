using Microsoft.Extensions.Logging;
using WrnCloud.Batches;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Messaging;
using WrnCloud.Models;

namespace WrnCloud.Functions.Batches;

/// <summary>Works on one batch, part by part, until it ends or the time for one message is up; then a continuation takes over.</summary>
public sealed partial class ProcessBatch(
    BatchClaims claims, BatchInputs inputs, BatchParts parts, BatchOutputs outputs, ModelRegistry models, IJobQueues queues, TimeProvider clock, ILogger<ProcessBatch> logger)
{
    private static readonly TimeSpan TimePerMessage = TimeSpan.FromMinutes(8);

    public async Task HandleAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (BatchMessage.TryParse(body) is not { } message)
        {
            LogIgnored(logger);
            return;
        }

        if (await claims.ClaimAsync(message, cancellationToken) is not { } record) return;
        try
        {
            await RunAsync(message, record, cancellationToken);
        }
        catch (WrnException e)
        {
            LogFailed(logger, record.Id, e.Error.Code, e.Message);
            await claims.WriteAsync(record with { State = BatchState.Failed, Held = false, Reason = new JobReason(e.Error.Code, e.Message) }, cancellationToken);
        }
    }

    private async Task RunAsync(BatchMessage message, BatchRecord record, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        var version = await models.ResolveAsync(record.Model, record.Version, null, cancellationToken);
        using var input = await inputs.OpenAsync(message, cancellationToken);
        record = record with { Items = input.Items.Count, Skipped = input.Skipped };
        var count = (input.Items.Count + BatchLimits.PartSize - 1) / BatchLimits.PartSize;
        for (var part = 0; part < count; part++)
        {
            if (part > 0 && clock.GetElapsedTime(start) > TimePerMessage)
            {
                await ContinueLaterAsync(message, record, part, cancellationToken);
                return;
            }

            var alive = record;
            await parts.EnsureAsync(record, version, input, part, () => claims.WriteAsync(alive, cancellationToken), cancellationToken);
            record = record with { Done = Math.Min((part + 1) * BatchLimits.PartSize, input.Items.Count) };
            if (await claims.WriteAsync(record, cancellationToken) is null) return;
        }

        var manifest = await outputs.WriteAsync(record, input.Sha256, count, cancellationToken);
        await claims.WriteAsync(
            record with { State = BatchState.Succeeded, Held = false, Results = manifest.Results, Errors = manifest.Errors, Done = manifest.Items }, cancellationToken);
        LogDone(logger, record.Id, manifest.Results, manifest.Errors);
    }

    private async Task ContinueLaterAsync(BatchMessage message, BatchRecord record, int part, CancellationToken cancellationToken)
    {
        await claims.WriteAsync(record with { Held = false }, cancellationToken);
        await using var queue = queues.Open(QueueNames.BatchEvents);
        await queue.SendAsync(message.Continuation(record.Id, part, clock.GetUtcNow()), cancellationToken);
    }

    [LoggerMessage(30, LogLevel.Warning, "A message on the batch queue is no BlobCreated event of an input; ignored")]
    private static partial void LogIgnored(ILogger logger);

    [LoggerMessage(31, LogLevel.Warning, "Batch {BatchId} failed: {Code}, {Message}")]
    private static partial void LogFailed(ILogger logger, string batchId, string code, string message);

    [LoggerMessage(32, LogLevel.Information, "Batch {BatchId} ended with {Results} results and {Errors} errors")]
    private static partial void LogDone(ILogger logger, string batchId, int results, int errors);
}
