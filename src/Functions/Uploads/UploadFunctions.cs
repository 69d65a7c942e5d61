using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Functions.Http;

namespace WrnCloud.Functions.Uploads;

/// <summary>Write URLs, and the data sets that they fill.</summary>
public sealed class UploadFunctions(GrantUpload grant, ListDatasets datasets)
{
    [Function("CreateUpload")]
    public Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "uploads")] HttpRequest request) =>
        Answer.FromAsync(request, ct => grant.HandleAsync(request, ct));

    [Function("ListDatasets")]
    public Task<IResult> DatasetsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "datasets")] HttpRequest request) =>
        Answer.FromAsync(request, ct => datasets.HandleAsync(request, ct), "next", "count");
}
