using Microsoft.AspNetCore.Http;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Jobs;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Datasets;

/// <summary>Deletes a data set that no active job reads, or the remains of an interrupted push.</summary>
public sealed class DeleteDataset(BlobStore blobs, DatasetCatalog datasets, JobStore jobs)
{
    private const int PageSize = 200;

    /// <summary>Deletes a data set. A repeated call deletes what an earlier one left.</summary>
    /// <exception cref="WrnException">
    /// <c>in-use</c>: a job that has not ended names it, or a data set extends it; <c>dataset-unknown</c>: nothing of it is stored.
    /// </exception>
    public async Task<IResult> HandleAsync(string name, CancellationToken cancellationToken)
    {
        if (!BlobName.IsSegment(name)) throw Unknown(name);
        await RequireUnusedAsync(name, cancellationToken);
        var manifest = DatasetCatalog.FileName(name, DatasetManifest.FileName);
        var kept = await blobs.ReadAsync(manifest, cancellationToken);
        await blobs.DeleteAsync(manifest, cancellationToken);
        try
        {
            // Check again: from now on no new job can name it.
            await RequireUnusedAsync(name, cancellationToken);
        }
        catch (WrnException) when (kept is not null)
        {
            await blobs.TryCreateAsync(manifest, kept.Bytes, "application/json", cancellationToken);
            throw;
        }

        var removed = kept is null ? 0 : 1;
        var container = blobs.Client.GetBlobContainerClient(Containers.Datasets);
        await foreach (var path in blobs.ListAsync(Containers.Datasets, $"{name}/", cancellationToken))
        {
            await container.DeleteBlobIfExistsAsync(path, cancellationToken: cancellationToken);
            removed++;
        }

        return removed > 0 ? Results.NoContent() : throw Unknown(name);
    }

    private static WrnException Unknown(string name) => new(ErrorCatalogue.DatasetUnknown, $"There is no data set '{name}'.");

    private async Task RequireUnusedAsync(string name, CancellationToken cancellationToken)
    {
        if (await jobs.ReadActiveAsync(cancellationToken).FirstOrDefaultAsync(j => j.Resolved.Dataset == name, cancellationToken) is { } job)
            throw new WrnException(ErrorCatalogue.InUse, $"The job {job.Id} trains on '{name}'. Cancel it, or wait until it ends.");

        for (string? next = null; ;)
        {
            (var page, next) = await datasets.ListAsync(next, PageSize, cancellationToken);
            if (page.FirstOrDefault(d => d.Parent == name || d.Files.Any(f => f.Dataset == name)) is { } child)
                throw new WrnException(ErrorCatalogue.InUse, $"The data set '{child.Name}' extends '{name}'. Delete it first.");
            if (next is null) return;
        }
    }
}
