using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Functions.Http;

namespace WrnCloud.Functions.Scoring;

/// <summary>The HTTP function for predictions.</summary>
public sealed class ScoringFunctions(PredictImages predict)
{
    [Function("Predict")]
    public Task<IResult> PredictAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "models/{name}/predict")] HttpRequest request, string name) =>
        Answer.FromAsync(request, ct => predict.HandleAsync(request, name, ct), "version", "alias");
}
