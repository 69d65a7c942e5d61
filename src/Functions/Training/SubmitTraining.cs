using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Functions.Uploads;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.Functions.Training;

/// <summary>Accepts a training request: validate, record the key, create the job, send its message. Once the record exists the answer is 202.</summary>
public sealed partial class SubmitTraining(
    TrainingRequestValidator validator,
    CheckUploads uploads,
    IdempotencyStore idempotency,
    JobStore jobs,
    JobDispatcher dispatcher,
    IIdSource ids,
    TimeProvider clock,
    IOptions<RequestOptions> options,
    ILogger<SubmitTraining> logger)
{
    /// <summary>Jobs that may be under way at once.</summary>
    public const int MaxActiveJobs = 1000;

    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await BodyReader.JsonAsync(request, BodyReader.MaxJsonBytes, cancellationToken);
        var key = IdempotencyStore.KeyOf(request);
        var errors = new List<FieldError>();
        var training = JsonBinder.Bind<TrainingRequest>(body, errors);
        var resolved = await validator.ResolveAsync(training, errors, cancellationToken);
        await uploads.RequireWholeAsync(resolved.Dataset, resolved.DatasetHash, cancellationToken);
        if (training.DryRun == true) return Answer.Json(resolved);

        var now = clock.GetUtcNow();
        var jobId = ids.NewJobId(now);
        if (key is not null && await idempotency.FindAsync(key, training, cancellationToken) is { } earlier)
        {
            jobId = earlier;
        }
        else
        {
            await RequireRoomAsync(cancellationToken);
            if (key is not null) jobId = await idempotency.RecordAsync(key, training, jobId, cancellationToken);
        }

        var job = JobTransitions.Accept(jobId, Caller.Name, training, resolved, now) with { TraceParent = Activity.Current?.Id };
        if (!await jobs.CreateAsync(job, cancellationToken))
            job = (await jobs.ReadAsync(jobId, cancellationToken))?.Job ?? throw new WrnException(ErrorCatalogue.Unavailable, "The job could not be read back.");
        job = await TryDispatchAsync(job, cancellationToken);

        // Relative: the Host header is the caller's to choose.
        request.HttpContext.Response.Headers.Location = $"/api/training-jobs/{job.Id}";
        return Answer.Json(job, StatusCodes.Status202Accepted);
    }

    private async Task RequireRoomAsync(CancellationToken cancellationToken)
    {
        var active = await jobs.ListActiveAsync(cancellationToken).Take(MaxActiveJobs).CountAsync(cancellationToken);
        if (active >= MaxActiveJobs)
            throw new WrnException(ErrorCatalogue.QueueFull, $"{active} jobs are under way, as many as are allowed.") { RetryAfter = TimeSpan.FromMinutes(1) };
    }

    // The record is the promise: when the broker is away or silent, or the store before the note, the upkeep timer sends what is missing by the record.
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
