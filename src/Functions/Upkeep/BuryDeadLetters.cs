using Microsoft.Extensions.Logging;
using WrnCloud.Errors;
using WrnCloud.Jobs;

namespace WrnCloud.Functions.Upkeep;

/// <summary>Fails the job of a dead message, when that message was its current one and nobody holds the job.</summary>
public sealed partial class BuryDeadLetters(JobStore jobs, TimeProvider clock, ILogger<BuryDeadLetters> logger)
{
    public async Task HandleAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (TrainingMessage.TryParse(body) is not { } message)
        {
            LogUnreadable(logger);
            return;
        }

        var reason = new JobReason(ErrorCatalogue.DeliveryFailed.Code, "The job's message could not be delivered and was put aside.");
        try
        {
            var failed = await jobs.UpdateAsync(
                message.JobId, s => JobTransitions.FailUndeliverable(s.Job, message.Dispatch, reason, clock.GetUtcNow()), cancellationToken);
            if (failed is not null) LogFailed(logger, message.JobId);
        }
        catch (InvalidDataException e)
        {
            // No redelivery makes the record readable.
            LogRecordUnreadable(logger, message.JobId, e);
        }
    }

    [LoggerMessage(40, LogLevel.Warning, "A dead letter is no training message; dropped")]
    private static partial void LogUnreadable(ILogger logger);

    [LoggerMessage(46, LogLevel.Error, "Job {JobId} has a dead message and a record that can't be read; the message is dropped")]
    private static partial void LogRecordUnreadable(ILogger logger, string jobId, Exception exception);

    [LoggerMessage(41, LogLevel.Warning, "Job {JobId} failed: its message is dead")]
    private static partial void LogFailed(ILogger logger, string jobId);
}
