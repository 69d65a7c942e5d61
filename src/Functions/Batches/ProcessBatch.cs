using Microsoft.Extensions.Logging;
using WrnCloud.Batches;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Messaging;
using WrnCloud.Models;

namespace WrnCloud.Functions.Batches;

/// <summary>Processes one batch, part by part, until it ends or the time for one message is up; then a continuation takes over.</summary>
public sealed partial class ProcessBatch(
    BatchClaims claims,
    BatchInputs inputs,
    BatchParts parts,
    BatchOutputs outputs,
    ModelRegistry models,
    IJobQueues queues,
    TimeProvider clock,
    ILogger<ProcessBatch> logger)
{
    private static readonly TimeSpan TimePerMessage = TimeSpan.FromMinutes(8);

    // While others wait, a batch yields after its first part that ends later than this: they take turns.
    private static readonly TimeSpan TurnWhileOthersWait = TimeSpan.FromMinutes(1);

    public async Task HandleAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (BatchMessage.TryParse(body) is not { } message)
        {
            LogIgnored(logger);
            return;
        }

        if (await claims.ClaimAsync(message, cancellationToken) is not { } claimed) return;
        var latest = claimed;
        try
        {
            await RunAsync(message, claimed, r => latest = r, cancellationToken);
        }
        catch (WrnException e)
        {
            LogFailed(logger, claimed.Id, e.Error.Code, e.Message);
            await claims.WriteAsync(
                latest with { State = BatchState.Failed, Held = false, Reason = new JobReason(e.Error.Code, e.Message) }, cancellationToken);
        }
        catch (Exception e)
        {
            LogStopped(logger, claimed.Id, claimed.Attempt, e);
            if (!await claims.ReleaseAsync(latest)) throw;
        }
    }

    private async Task RunAsync(BatchMessage message, BatchRecord record, Action<BatchRecord> written, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        bool TimeIsUp() => clock.GetElapsedTime(start) > TimePerMessage;
        var version = await models.ResolveAsync(record.Model, record.Version, null, cancellationToken);
        using var input = await inputs.OpenAsync(message, cancellationToken);
        record = record with { Items = input.Items.Count, Skipped = input.Skipped };
        var count = (input.Items.Count + BatchLimits.PartSize - 1) / BatchLimits.PartSize;
        for (var part = 0; part < count; part++)
        {
            var alive = record;
            var end = await parts.EnsureAsync(
                record, version, input, part, TimeIsUp, () => claims.WriteAsync(alive, cancellationToken), cancellationToken);
            if (end == PartEnd.LeaseLost) return;
            if (end == PartEnd.TimeIsUp)
            {
                await ContinueLaterAsync(message, record, cancellationToken);
                return;
            }

            // An existing part is not progress of this claim.
            var done = Math.Min((part + 1) * BatchLimits.PartSize, input.Items.Count);
            record = record with { Done = done, Stalls = done > record.Done ? 0 : record.Stalls };
            if (await claims.WriteAsync(record, cancellationToken) is null) return;
            written(record);
            if (part + 1 < count && clock.GetElapsedTime(start) > TurnWhileOthersWait && await DoOthersWaitAsync(cancellationToken))
            {
                await ContinueLaterAsync(message, record, cancellationToken);
                return;
            }
        }

        var manifest = await outputs.WriteAsync(record, input.Sha256, count, cancellationToken);
        await claims.WriteAsync(
            record with { State = BatchState.Succeeded, Held = false, Results = manifest.Results, Errors = manifest.Errors, Done = manifest.Items },
            cancellationToken);
        LogDone(logger, record.Id, manifest.Results, manifest.Errors);
    }

    // This batch's own message is still on the queue, locked.
    private async Task<bool> DoOthersWaitAsync(CancellationToken cancellationToken)
    {
        await using var queue = queues.Open(QueueNames.BatchEvents);
        return (await queue.PeekAsync(0, 2, cancellationToken)).Count > 1;
    }

    private async Task ContinueLaterAsync(BatchMessage message, BatchRecord record, CancellationToken cancellationToken)
    {
        await claims.WriteAsync(record with { Held = false }, cancellationToken);
        await using var queue = queues.Open(QueueNames.BatchEvents);
        await queue.SendAsync(message.Continuation(record.Id, record.Attempt, clock.GetUtcNow()), cancellationToken);
    }

    [LoggerMessage(30, LogLevel.Warning, "A message on the batch queue is not a BlobCreated event of an input; ignored")]
    private static partial void LogIgnored(ILogger logger);

    [LoggerMessage(31, LogLevel.Warning, "Batch {BatchId} failed: {Code}, {Message}")]
    private static partial void LogFailed(ILogger logger, string batchId, string code, string message);

    [LoggerMessage(33, LogLevel.Error, "Batch {BatchId} stopped unexpectedly in attempt {Attempt}")]
    private static partial void LogStopped(ILogger logger, string batchId, int attempt, Exception exception);

    [LoggerMessage(32, LogLevel.Information, "Batch {BatchId} ended with {Results} results and {Errors} errors")]
    private static partial void LogDone(ILogger logger, string batchId, int results, int errors);
}
