using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Functions.Http;
using WrnCloud.Messaging;

namespace WrnCloud.Functions.Upkeep;

/// <summary>What keeps promises without anybody asking, and whether all is well.</summary>
public sealed class UpkeepFunctions(ReapJobs reap, BuryDeadLetters bury, CheckHealth health, Heartbeats heartbeats)
{
    [Function("ReapJobs")]
    public async Task ReapAsync(
        [TimerTrigger("*/30 * * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await reap.HandleAsync(cancellationToken);
        await heartbeats.BeatAsync(Heartbeats.Jobs, cancellationToken);
    }

    [Function("BuryDeadLetters")]
    public Task BuryAsync(
        [ServiceBusTrigger(QueueNames.TrainingJobsDeadLetters, Connection = "ServiceBus")] byte[] body, CancellationToken cancellationToken) =>
        bury.HandleAsync(body, cancellationToken);

    [Function("Health")]
    public Task<IResult> HealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) =>
        Answer.FromAsync(request, health.HandleAsync, Query.Any);
}
