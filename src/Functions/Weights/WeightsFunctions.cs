using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Functions.Http;

namespace WrnCloud.Functions.Weights;

/// <summary>HTTP functions for sets of weights.</summary>
public sealed class WeightsFunctions(ImportWeights import, ReadWeights read)
{
    [Function("ImportWeights")]
    public Task<IResult> ImportAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "weights")] HttpRequest request) =>
        Answer.FromAsync(request, ct => import.HandleAsync(request, ct));

    [Function("ListWeights")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "weights")] HttpRequest request) =>
        Answer.FromAsync(request, ct => read.ListAsync(request, ct), "next", "count");

    [Function("GetWeights")]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "weights/{name}")] HttpRequest request, string name) =>
        Answer.FromAsync(request, ct => read.GetAsync(name, ct));

    [Function("DeleteWeights")]
    public Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "weights/{name}")] HttpRequest request, string name) =>
        Answer.FromAsync(request, ct => read.DeleteAsync(name, ct));
}
