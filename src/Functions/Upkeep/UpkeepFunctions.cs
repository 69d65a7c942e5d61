using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using WrnCloud.Functions.Http;
using WrnCloud.Messaging;

namespace WrnCloud.Functions.Upkeep;

/// <summary>The timer that reaps jobs, the dead-letter trigger and the health check.</summary>
public sealed class UpkeepFunctions(ReapJobs reap, FailDeadLetteredJobs deadLetters, CheckHealth health, Heartbeats heartbeats)
{
    [Function("ReapJobs")]
    public async Task ReapAsync(
        [TimerTrigger("*/30 * * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await reap.HandleAsync(cancellationToken);
        await heartbeats.BeatAsync(Heartbeats.Jobs, cancellationToken);
    }

    [Function("FailDeadLetteredJobs")]
    public Task FailDeadLetteredAsync(
        [ServiceBusTrigger(QueueNames.TrainingJobsDeadLetters, Connection = "ServiceBus")] byte[] body, CancellationToken cancellationToken) =>
        deadLetters.HandleAsync(body, cancellationToken);

    [Function("Health")]
    public Task<IResult> HealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) =>
        Answer.FromAsync(request, health.HandleAsync, Query.Any);
}
