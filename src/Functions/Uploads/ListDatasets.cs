using Microsoft.AspNetCore.Http;
using WrnCloud.Datasets;
using WrnCloud.Functions.Http;
using WrnCloud.Hosting;

namespace WrnCloud.Functions.Uploads;

/// <summary>The data sets, by name.</summary>
public sealed class ListDatasets(DatasetCatalog catalog)
{
    private const string List = "datasets";

    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var marker = PageToken.Read(List, Query.Text(request, "next"));
        var (items, next) = await catalog.ListAsync(marker, Query.Number(request, "count", 50, 1, 200), cancellationToken);
        return Answer.Json(new Page<DatasetManifest>(items, PageToken.Make(List, next)));
    }
}
