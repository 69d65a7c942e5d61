using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Functions.Http;

namespace WrnCloud.Functions.Datasets;

/// <summary>HTTP functions for data sets.</summary>
public sealed class DatasetFunctions(ReadDatasets read, DeleteDataset delete)
{
    [Function("ListDatasets")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "datasets")] HttpRequest request) =>
        Answer.FromAsync(request, ct => read.ListAsync(request, ct), "next", "count");

    [Function("GetDataset")]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "datasets/{name}")] HttpRequest request, string name) =>
        Answer.FromAsync(request, ct => read.GetAsync(name, ct));

    [Function("GetDatasetFile")]
    public Task<IResult> GetFileAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "datasets/{name}/files/{file}")] HttpRequest request, string name, string file) =>
        Answer.FromAsync(request, ct => read.GetFileAsync(name, file, ct));

    [Function("DeleteDataset")]
    public Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "datasets/{name}")] HttpRequest request, string name) =>
        Answer.FromAsync(request, ct => delete.HandleAsync(name, ct));
}
