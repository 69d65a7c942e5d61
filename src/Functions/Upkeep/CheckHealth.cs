using Azure;
using Microsoft.AspNetCore.Http;
using WrnCloud.Functions.Http;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Upkeep;

/// <summary>Answers 200 when the store answers, else 503. Names no secret and no address.</summary>
public sealed class CheckHealth(BlobStore blobs)
{
    public async Task<IResult> HandleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await blobs.Client.GetBlobContainerClient(Containers.Jobs).ExistsAsync(cancellationToken);
            return Answer.Json(new HealthReport("healthy", "reachable"));
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            return Answer.Json(new HealthReport("unhealthy", "unreachable"), StatusCodes.Status503ServiceUnavailable);
        }
    }
}
