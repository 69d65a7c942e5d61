using Microsoft.AspNetCore.Http;
using WrnCloud.Datasets;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Functions.Uploads;
using WrnCloud.Hosting;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Datasets;

/// <summary>Reads data sets that are complete.</summary>
public sealed class ReadDatasets(DatasetCatalog catalog, CheckUploads uploads, BlobStore blobs)
{
    private const string List = "datasets";

    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var marker = PageToken.Read(List, Query.Text(request, "next"));
        var (items, next) = await catalog.ListAsync(marker, Query.Number(request, "count", 50, 1, 200), cancellationToken);
        var whole = await Task.WhenAll(items.Select(i => uploads.IsWholeAsync(i, cancellationToken)));
        return Answer.Json(new Page<DatasetManifest>([.. items.Where((_, i) => whole[i])], PageToken.Make(List, next)));
    }

    public async Task<IResult> GetAsync(string name, CancellationToken cancellationToken)
    {
        var manifest = await FindAsync(name, cancellationToken);
        await uploads.RequireWholeAsync(manifest, cancellationToken);
        return Answer.Json(manifest);
    }

    public async Task<IResult> GetFileAsync(string name, string file, CancellationToken cancellationToken)
    {
        var manifest = await FindAsync(name, cancellationToken);
        var found = manifest.Files.FirstOrDefault(f => f.Name == file)
            ?? throw NotFound($"The files of '{name}' are {string.Join(", ", manifest.Files.Select(f => f.Name))}.");
        var blob = await blobs.OpenReadAsync(DatasetCatalog.FileName(manifest, found), cancellationToken);
        return blob is { } opened ? Results.Stream(opened.Content, "application/octet-stream", file) : throw NotFound("The file has been deleted.");
    }

    private static WrnException NotFound(string detail) => new(ErrorCatalogue.DatasetUnknown, detail);

    private async Task<DatasetManifest> FindAsync(string name, CancellationToken cancellationToken) =>
        await catalog.FindAsync(name, cancellationToken) ?? throw NotFound($"There is no data set '{name}'.");
}
