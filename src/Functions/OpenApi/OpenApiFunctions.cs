using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Functions.Http;

namespace WrnCloud.Functions.OpenApi;

/// <summary>HTTP functions for the API's description, as a document and as a page.</summary>
public sealed class OpenApiFunctions(ApiDocument document, ApiPage page)
{
    [Function("GetOpenApi")]
    public Task<IResult> DocumentAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) =>
        Answer.FromAsync(request, _ => Task.FromResult(Results.Text(document.Json, "application/json")), Query.Any);

    [Function("GetDocs")]
    public Task<IResult> PageAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "docs")] HttpRequest request) =>
        Answer.FromAsync(request, _ => Task.FromResult(page.Answer(request.HttpContext.Response)), Query.Any);
}
