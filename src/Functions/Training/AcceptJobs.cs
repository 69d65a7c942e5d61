using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.Functions.Training;

/// <summary>Accepts a request that was checked: record the key, create the job, send its message. Once the record exists the answer is 202.</summary>
public sealed partial class AcceptJobs(
    IdempotencyStore idempotency,
    JobStore jobs,
    JobDispatcher dispatcher,
    IIdSource ids,
    TimeProvider clock,
    IOptions<RequestOptions> options,
    ILogger<AcceptJobs> logger)
{
    /// <summary>Jobs that may be under way at once.</summary>
    public const int MaxActiveJobs = 1000;

    /// <summary>The job; of a key that was used for the same request within a day, the one that there is.</summary>
    /// <param name="key">The request's idempotency key; null for none.</param>
    /// <param name="request">The request, by whose content the key is known again.</param>
    /// <param name="now">When it came.</param>
    /// <param name="record">Makes the record for an id.</param>
    /// <param name="cancellationToken">Ends it before the record exists.</param>
    /// <exception cref="WrnException"><c>queue-full</c>, or <c>key-reused</c>.</exception>
    public async Task<Job> HandleAsync<T>(string? key, T request, DateTimeOffset now, Func<string, Job> record, CancellationToken cancellationToken)
    {
        var jobId = ids.NewJobId(now);
        if (key is not null && await idempotency.FindAsync(key, request, cancellationToken) is { } earlier)
        {
            jobId = earlier;
        }
        else
        {
            await RequireRoomAsync(cancellationToken);
            if (key is not null) jobId = await idempotency.RecordAsync(key, request, jobId, cancellationToken);
        }

        var job = record(jobId);
        if (!await jobs.CreateAsync(job, cancellationToken))
            job = (await jobs.ReadAsync(jobId, cancellationToken))?.Job
                ?? throw new WrnException(ErrorCatalogue.Unavailable, "The job could not be read back.");
        return await TryDispatchAsync(job, cancellationToken);
    }

    /// <summary>The answer: 202, and where the job is read.</summary>
    public static IResult Accepted(HttpRequest request, Job job)
    {
        // Relative: the Host header is the caller's to choose.
        request.HttpContext.Response.Headers.Location = $"/api/training-jobs/{job.Id}";
        return Answer.Json(job, StatusCodes.Status202Accepted);
    }

    private async Task RequireRoomAsync(CancellationToken cancellationToken)
    {
        var active = await jobs.ListActiveAsync(cancellationToken).Take(MaxActiveJobs).CountAsync(cancellationToken);
        if (active >= MaxActiveJobs)
        {
            throw new WrnException(ErrorCatalogue.QueueFull, $"{active} jobs are under way, as many as are allowed.")
            {
                RetryAfter = TimeSpan.FromMinutes(1),
            };
        }
    }

    // The record is the promise: when the broker is away or silent, or the store before the note,
    // the upkeep timer sends what is missing by the record.
    private async Task<Job> TryDispatchAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            return await TimeLimit.RunAsync(
                ct => dispatcher.DispatchAsync(job, ct), TimeSpan.FromSeconds(options.Value.SendSeconds), clock, cancellationToken);
        }
        catch (Exception e) when (Outage.Is(e))
        {
            LogNotSent(logger, job.Id, e);
            return job;
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "Job {JobId} is stored, its message could not be sent or noted yet")]
    private static partial void LogNotSent(ILogger logger, string jobId, Exception exception);
}
