using Microsoft.Extensions.Logging.Abstractions;
using WrnCloud.Contracts.Jobs;
using WrnCloud.Functions.Upkeep;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests.Broker;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Messaging;
using WrnCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>The upkeep's round over the active jobs, on a real store and broker.</summary>
public sealed class ReapJobsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly JobStore _jobs = new(azurite.Blobs, new RandomIdSource());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData(JobState.Queued)]
    [InlineData(JobState.Interrupted)]
    public async Task Reap_AMessageThatVanished_IsReplacedThoughAnotherRecordIsBroken(JobState state)
    {
        await using var broker = await BrokerNamespace.StartAsync(TimeSpan.FromSeconds(30));
        var lost = SampleJobs.Accepted() with { State = state, Dispatch = 3, DispatchSentAt = Now.AddMinutes(-20) };
        await _jobs.CreateAsync(lost, Token);

        // Newer, so that it comes first.
        var broken = SampleJobs.Accepted();
        await _jobs.CreateAsync(broken, Token);
        var blob = await azurite.Blobs.ReadAsync(JobStore.RecordName(broken.Id), Token);
        await azurite.Blobs.TryReplaceAsync(JobStore.RecordName(broken.Id), "{"u8.ToArray(), "application/json", blob!.ETag, Token);

        await ReapAsync(broker.Connect());

        var job = (await _jobs.ReadAsync(lost.Id, Token))!.Job;
        Assert.Equal((state, 4), (job.State, job.Dispatch));
        Assert.NotNull(job.DispatchSentAt);
        await using var queue = broker.Connect().Open(QueueNames.TrainingJobs);
        Assert.Equal($"{lost.Id}.4", Assert.Single(await queue.PeekAsync(0, 10, Token)).MessageId);
    }

    [Fact]
    public async Task Reap_AnEntryWithoutARecord_IsForgottenAfterAnHour()
    {
        await using var broker = await BrokerNamespace.StartAsync(TimeSpan.FromSeconds(30));
        var (old, young) = (new RandomIdSource().NewJobId(Now.AddHours(-2)), new RandomIdSource().NewJobId(Now));
        foreach (var id in new[] { old, young })
            await azurite.Blobs.TryCreateAsync(BlobName.Of(Containers.JobsActive, id), ReadOnlyMemory<byte>.Empty, "application/octet-stream", Token);

        await ReapAsync(broker.Connect());

        var active = await _jobs.ListActiveAsync(Token).ToListAsync(Token);
        Assert.Contains(young, active);
        Assert.DoesNotContain(old, active);
    }

    private async Task ReapAsync(IJobQueues queues)
    {
        await using var dispatcher = new JobDispatcher(_jobs, queues, TimeProvider.System);
        await new ReapJobs(_jobs, dispatcher, queues, TimeProvider.System, NullLogger<ReapJobs>.Instance).HandleAsync(Token);
    }
}
