using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.Weights;

namespace WrnCloud.Functions.Weights;

/// <summary>Reads sets of weights, and deletes imported ones.</summary>
public sealed class ReadWeights(WeightsCatalog catalog, JobStore jobs)
{
    private const string List = "weights";

    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var marker = PageToken.Read(List, Query.Text(request, "next"));
        var (items, next) = await catalog.ListAsync(marker, Query.Number(request, "count", 50, 1, 200), cancellationToken);
        return Answer.Json(new Page<WeightsManifest>(items, PageToken.Make(List, next)));
    }

    public async Task<IResult> GetAsync(string name, CancellationToken cancellationToken) =>
        Answer.Json(await catalog.FindAsync(name, cancellationToken) ?? throw WeightsCatalog.NotFound(name));

    public async Task<IResult> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (await jobs.ReadActiveAsync(cancellationToken).FirstOrDefaultAsync(j => Needs(j, name), cancellationToken) is { } job)
            throw new WrnException(ErrorCatalogue.InUse, $"The job {job.Id} starts from the weights '{name}', or imports them.");

        await catalog.DeleteAsync(name, cancellationToken);
        return Results.NoContent();
    }

    private static bool Needs(Job job, string name) => job.Import?.Name == name || job.Resolved.Init is { Version: null } init && init.Model == name;
}
