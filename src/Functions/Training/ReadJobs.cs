using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Hosting;
using WrnCloud.Jobs;

namespace WrnCloud.Functions.Training;

/// <summary>Answers about jobs.</summary>
public sealed class ReadJobs(JobStore jobs, MetricsReader metrics)
{
    private const int MaxPages = 10;

    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var count = Query.Number(request, "count", 50, 1, 200);
        JobState? state = Query.Text(request, "state") is { } name ? ParseState(name) : null;

        // Each state's marker has its own meaning, so a token belongs to its filter.
        var list = $"jobs {state}";
        var next = PageToken.Read(list, Query.Text(request, "next"));
        var page = state switch
        {
            null => await AllAsync(next, count, cancellationToken),
            JobState.Succeeded or JobState.Failed or JobState.Cancelled => await EndedAsync(state.Value, next, count, cancellationToken),
            _ => await ActiveAsync(state.Value, next, count, cancellationToken),
        };
        return Answer.Json(page with { Next = PageToken.Make(list, page.Next) });
    }

    public async Task<IResult> GetAsync(string id, CancellationToken cancellationToken) => Answer.Json(await FindAsync(id, cancellationToken));

    public async Task<IResult> MetricsAsync(string id, CancellationToken cancellationToken)
    {
        var job = await FindAsync(id, cancellationToken);
        return Answer.Json(new Page<MetricPoint>(await metrics.ReadAsync(job, cancellationToken)));
    }

#pragma warning disable CA1822 // An operation like its siblings; that it needs no state is its own affair.
    public IResult Recipes() => Answer.Json(new Page<Recipe>(Jobs.Recipes.All));
#pragma warning restore CA1822

    private async Task<Job> FindAsync(string id, CancellationToken cancellationToken) =>
        (await jobs.ReadAsync(id, cancellationToken))?.Job ?? throw new WrnException(ErrorCatalogue.JobNotFound, "There is no job with this id.");

    private async Task<Page<Job>> AllAsync(string? next, int count, CancellationToken cancellationToken)
    {
        var (page, continuation) = await jobs.ListAsync(next, count, cancellationToken);
        return new Page<Job>(page, continuation);
    }

    private async Task<Page<Job>> EndedAsync(JobState state, string? next, int count, CancellationToken cancellationToken)
    {
        // Each page is as long as what is still wanted, so that none of its jobs is left over;
        // a rare state takes several requests, each of bounded work.
        var found = new List<Job>();
        for (var pages = 0; pages < MaxPages && found.Count < count && (pages == 0 || next is not null); pages++)
        {
            var (page, continuation) = await jobs.ListAsync(next, count - found.Count, cancellationToken);
            found.AddRange(page.Where(j => j.State == state));
            next = continuation;
        }

        return new Page<Job>(found, next);
    }

    // The active jobs are few by construction (their number is limited), so their list is read whole; the token is the last id.
    private async Task<Page<Job>> ActiveAsync(JobState state, string? next, int count, CancellationToken cancellationToken)
    {
        var found = new List<Job>();
        await foreach (var id in jobs.ListActiveAsync(cancellationToken))
        {
            if (next is not null && string.CompareOrdinal(id, next) <= 0) continue;
            if ((await jobs.ReadAsync(id, cancellationToken))?.Job is not { } job || job.State != state) continue;
            found.Add(job);
            if (found.Count == count) return new Page<Job>(found, id);
        }

        return new Page<Job>(found);
    }

    private static JobState ParseState(string name)
    {
        var names = Enum.GetValues<JobState>().ToDictionary(s => JsonNamingPolicy.CamelCase.ConvertName(s.ToString()));
        return names.TryGetValue(name, out var state)
            ? state
            : throw new WrnException(ErrorCatalogue.QueryInvalid, $"'state' is one of {string.Join(", ", names.Keys)}.");
    }
}
