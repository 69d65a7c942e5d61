using Microsoft.Extensions.Logging;
using WrnCloud.Batches;
using WrnCloud.Messaging;

namespace WrnCloud.Functions.Batches;

/// <summary>
/// Handles the dead letters of the batch queue. A message is dead-lettered when it waited too long or failed too often, neither of which means that
/// its batch can't be done: the batch is requeued, as often as a batch may stall, and then fails with its reason.
/// </summary>
public sealed partial class RequeueDeadBatches(BatchClaims claims, IJobQueues queues, TimeProvider clock, ILogger<RequeueDeadBatches> logger)
{
    public async Task HandleAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (BatchMessage.TryParse(body) is not { } message)
        {
            LogUnreadable(logger);
            return;
        }

        var id = BatchNames.IdOf(message.Input, message.ETag);
        try
        {
            switch (await claims.TryReviveAsync(message, cancellationToken))
            {
                case null:
                    return;
                case { IsTerminal: true }:
                    LogFailed(logger, id);
                    return;
            }
        }
        catch (InvalidDataException e)
        {
            // Redelivery would not make the record readable.
            LogRecordUnreadable(logger, id, e);
            return;
        }

        var now = clock.GetUtcNow();
        await using var queue = queues.Open(QueueNames.BatchEvents);
        await queue.SendAsync(message.Continuation(id, BatchMessage.NumberOf(now), now), cancellationToken);
        LogSentAgain(logger, id);
    }

    [LoggerMessage(37, LogLevel.Warning, "A dead letter of the batch queue is not an event of an input; dropped")]
    private static partial void LogUnreadable(ILogger logger);

    [LoggerMessage(38, LogLevel.Warning, "Batch {BatchId} failed: its messages could not be delivered")]
    private static partial void LogFailed(ILogger logger, string batchId);

    [LoggerMessage(39, LogLevel.Error, "Batch {BatchId} has a dead letter and a record that can't be read; the message is dropped")]
    private static partial void LogRecordUnreadable(ILogger logger, string batchId, Exception exception);

    [LoggerMessage(29, LogLevel.Warning, "Batch {BatchId} had a dead letter and is requeued")]
    private static partial void LogSentAgain(ILogger logger, string batchId);
}
