using Microsoft.AspNetCore.Http;
using WrnCloud.Functions.Http;
using WrnCloud.Storage;

namespace WrnCloud.Functions.Upkeep;

/// <summary>Answers 200 when the store answers within 5 s, else 503. Names no secret and no address.</summary>
public sealed class CheckHealth(BlobStore blobs, TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public async Task<IResult> HandleAsync(CancellationToken cancellationToken)
    {
        // Whoever asks for health wants an answer before the store's client has tried its last time.
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await blobs.Client.GetBlobContainerClient(Containers.Jobs).ExistsAsync(either.Token);
            return Answer.Json(new HealthReport("healthy", "reachable"));
        }
        catch (Exception e) when (Outage.Is(e) || (e is OperationCanceledException && limit.IsCancellationRequested))
        {
            return Answer.Json(new HealthReport("unhealthy", "unreachable"), StatusCodes.Status503ServiceUnavailable);
        }
    }
}
