using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Functions.Http;

namespace WrnCloud.Functions.Training;

/// <summary>Training jobs over HTTP.</summary>
public sealed class TrainingFunctions(SubmitTraining submit, ReadJobs read, CancelJob cancel)
{
    [Function("SubmitTrainingJob")]
    public Task<IResult> SubmitAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "training-jobs")] HttpRequest request) =>
        Answer.FromAsync(request, ct => submit.HandleAsync(request, ct));

    [Function("ListTrainingJobs")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "training-jobs")] HttpRequest request) =>
        Answer.FromAsync(request, ct => read.ListAsync(request, ct), "state", "next", "count");

    [Function("GetTrainingJob")]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "training-jobs/{id}")] HttpRequest request, string id) =>
        Answer.FromAsync(request, ct => read.GetAsync(id, ct));

    [Function("GetTrainingJobMetrics")]
    public Task<IResult> MetricsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "training-jobs/{id}/metrics")] HttpRequest request, string id) =>
        Answer.FromAsync(request, ct => read.MetricsAsync(id, ct));

    [Function("CancelTrainingJob")]
    public Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "training-jobs/{id}/cancel")] HttpRequest request, string id) =>
        Answer.FromAsync(request, ct => cancel.HandleAsync(id, ct));

    [Function("ListRecipes")]
    public Task<IResult> RecipesAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "recipes")] HttpRequest request) =>
        Answer.FromAsync(request, _ => Task.FromResult(read.Recipes()));
}
