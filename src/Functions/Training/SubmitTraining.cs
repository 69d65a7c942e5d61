using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Functions.Uploads;
using WrnCloud.Jobs;

namespace WrnCloud.Functions.Training;

/// <summary>Accepts a training request: validate, then as <see cref="AcceptJobs"/>.</summary>
public sealed class SubmitTraining(
    TrainingRequestValidator validator,
    CheckUploads uploads,
    EstimateTraining estimate,
    AcceptJobs accept,
    IOptions<TrainerOptions> trainer,
    TimeProvider clock)
{
    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await BodyReader.JsonAsync(request, BodyReader.MaxJsonBytes, cancellationToken);
        var key = IdempotencyStore.KeyOf(request);
        var errors = new List<FieldError>();
        var training = JsonBinder.Bind<TrainingRequest>(body, errors);
        var resolved = await validator.ResolveAsync(training, errors, cancellationToken);
        resolved = resolved with { TrainerMemoryBytes = trainer.Value.MemoryBytes };
        RequireMemory(resolved);
        await uploads.RequireWholeAsync(resolved.Dataset, resolved.DatasetHash, cancellationToken);
        resolved = resolved with { Estimate = await estimate.OfAsync(resolved, cancellationToken) };
        if (training.DryRun == true) return Answer.Json(resolved);

        var now = clock.GetUtcNow();
        var traceParent = Activity.Current?.Id;
        var job = await accept.HandleAsync(
            key,
            training,
            now,
            id => JobTransitions.Accept(id, Caller.Name, training, resolved, now) with { TraceParent = traceParent },
            cancellationToken);
        return AcceptJobs.Accepted(request, job);
    }

    // As the trainer does before its first step. A recipe that is only resolved takes nobody's memory.
    private static void RequireMemory(ResolvedTraining training)
    {
        if (training.TrainerMemoryBytes is { } available && Recipes.Find(training.Recipe) is not { Runs: false })
            TrainingMemory.Require(training, training.Spec(), available);
    }
}
