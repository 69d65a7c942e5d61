using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Jobs;

namespace WrnCloud.Functions.Training;

/// <summary>Asks a job to end. Idempotent; a job that has ended, or is publishing, stays what it is.</summary>
public sealed class CancelJob(JobStore jobs, TimeProvider clock)
{
    public async Task<IResult> HandleAsync(string id, CancellationToken cancellationToken)
    {
        var changed = await jobs.UpdateAsync(id, s => JobTransitions.RequestCancel(s.Job, clock.GetUtcNow()), cancellationToken);
        var job = changed
            ?? (await jobs.ReadAsync(id, cancellationToken))?.Job
            ?? throw new WrnException(ErrorCatalogue.JobNotFound, "There is no job with this id.");
        return Answer.Json(job, StatusCodes.Status202Accepted);
    }
}
