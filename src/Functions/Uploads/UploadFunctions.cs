using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Functions.Http;

namespace WrnCloud.Functions.Uploads;

/// <summary>The HTTP function that issues upload URLs.</summary>
public sealed class UploadFunctions(GrantUpload grant)
{
    [Function("CreateUpload")]
    public Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "uploads")] HttpRequest request) =>
        Answer.FromAsync(request, ct => grant.HandleAsync(request, ct));
}
