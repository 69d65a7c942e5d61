using Microsoft.Extensions.Logging;
using WrnCloud.Errors;
using WrnCloud.Jobs;

namespace WrnCloud.Functions.Upkeep;

/// <summary>Fails the job of a dead-lettered message, if that message was the job's current one and no trainer holds the job.</summary>
public sealed partial class FailDeadLetteredJobs(JobStore jobs, TimeProvider clock, ILogger<FailDeadLetteredJobs> logger)
{
    public async Task HandleAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (TrainingMessage.TryParse(body) is not { } message)
        {
            LogUnreadable(logger);
            return;
        }

        var reason = new JobReason(ErrorCatalogue.DeliveryFailed.Code, "The job's message could not be delivered and was dead-lettered.");
        try
        {
            var failed = await jobs.UpdateAsync(
                message.JobId, s => JobTransitions.FailUndeliverable(s.Job, message.Dispatch, reason, clock.GetUtcNow()), cancellationToken);
            if (failed is not null) LogFailed(logger, message.JobId);
        }
        catch (InvalidDataException e)
        {
            // Redelivery would not make the record readable.
            LogRecordUnreadable(logger, message.JobId, e);
        }
    }

    [LoggerMessage(40, LogLevel.Warning, "A dead letter is not a training message; dropped")]
    private static partial void LogUnreadable(ILogger logger);

    [LoggerMessage(46, LogLevel.Error, "Job {JobId} has a dead letter and a record that can't be read; the message is dropped")]
    private static partial void LogRecordUnreadable(ILogger logger, string jobId, Exception exception);

    [LoggerMessage(41, LogLevel.Warning, "Job {JobId} failed: its message was dead-lettered")]
    private static partial void LogFailed(ILogger logger, string jobId);
}
