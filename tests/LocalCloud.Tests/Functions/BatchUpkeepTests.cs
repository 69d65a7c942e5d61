using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Batches;
using WrnCloud.Errors;
using WrnCloud.Functions.Batches;
using WrnCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>What looks after batches when an event, a worker or a message is lost, on a real store and broker.</summary>
public sealed class BatchUpkeepTests(FunctionsFixture functions) : IClassFixture<FunctionsFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sweep_KeptInputs_ReadsNoneAndSendsForThoseWithoutABatch()
    {
        var model = await functions.PublishModelAsync();
        var kept = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var message = await functions.UploadAsync(model, [1]);
            var record = new BatchRecord
            {
                Id = FunctionsFixture.IdOf(message),
                Model = model,
                Input = message.Input.Path,
                InputETag = message.ETag,
                State = BatchState.Succeeded,
            };
            await functions.Blobs.TryCreateJsonAsync(BatchNames.Record(model, record.Id), record, Token);
            kept.Add(record.Id);
        }

        var lost = FunctionsFixture.IdOf(await functions.UploadAsync(model, [1]));
        var reads = new CountedReads();
        var later = new ShiftedClock { Ahead = TimeSpan.FromHours(1) };
        var services = functions.Build(s => s.AddSingleton(functions.Azurite.Through(reads)).AddSingleton<TimeProvider>(later));

        await services.GetRequiredService<SweepBatches>().HandleAsync(Token);
        await services.GetRequiredService<SweepBatches>().HandleAsync(Token);

        Assert.Equal(0, reads.Blobs);
        Assert.True(reads.Listings >= 4);
        Assert.Equal(1, await FunctionsFixture.CountMessagesAsync(services, lost));
        foreach (var id in kept) Assert.Equal(0, await FunctionsFixture.CountMessagesAsync(services, id));
    }

    [Fact]
    public async Task Resume_WorkerThatDied_GoesBackToTheQueueOnceItsLeaseIsOver()
    {
        var services = functions.Build(null, ("Batches:LeaseSeconds", "5"));
        var message = await functions.UploadAsync(await functions.PublishModelAsync(), [1]);
        var claims = services.GetRequiredService<BatchClaims>();
        var resume = services.GetRequiredService<ResumeBatches>();
        Assert.NotNull(await claims.ClaimAsync(message, Token));
        var id = FunctionsFixture.IdOf(message);

        for (var i = 0; i < 300 && await FunctionsFixture.CountMessagesAsync(services, id) == 0; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
            await resume.HandleAsync(Token);
        }

        await resume.HandleAsync(Token);
        Assert.Equal(1, await FunctionsFixture.CountMessagesAsync(services, id));
        Assert.Equal(2, (await claims.ClaimAsync(message, Token))!.Attempt);
    }

    [Fact]
    public async Task Resume_BatchThatHasEnded_IsForgotten()
    {
        var services = functions.Build();
        var message = await functions.UploadAsync(await functions.PublishModelAsync(), [1]);
        var claims = services.GetRequiredService<BatchClaims>();
        var active = services.GetRequiredService<ActiveBatches>();
        var claimed = (await claims.ClaimAsync(message, Token))!;
        Assert.Contains((claimed.Model, claimed.Id), await active.ListAsync(Token).ToListAsync(Token));

        await claims.WriteAsync(claimed with { State = BatchState.Succeeded, Held = false }, Token);
        Assert.DoesNotContain((claimed.Model, claimed.Id), await active.ListAsync(Token).ToListAsync(Token));

        // As when the worker died between the two.
        await active.AddAsync(claimed.Model, claimed.Id, Token);
        await services.GetRequiredService<ResumeBatches>().HandleAsync(Token);
        Assert.DoesNotContain((claimed.Model, claimed.Id), await active.ListAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Requeue_BatchThatNobodyTouched_IsSentAgain()
    {
        var services = functions.Build();
        var message = await functions.UploadAsync(await functions.PublishModelAsync(), [1]);

        await RequeueAsync(services, message);

        var id = FunctionsFixture.IdOf(message);
        Assert.Equal(1, await FunctionsFixture.CountMessagesAsync(services, id));
        var claimed = await services.GetRequiredService<BatchClaims>().ClaimAsync(message, Token);
        Assert.Equal((1, 2, 1), (claimed!.Attempt, claimed.Stalls, claimed.Version));
    }

    [Fact]
    public async Task Requeue_BatchThatStallsAgainAndAgain_FailsWithAReason()
    {
        var services = functions.Build();
        var message = await functions.UploadAsync(await functions.PublishModelAsync(), [1]);

        for (var i = 0; i <= BatchLimits.MaxStalls; i++) await RequeueAsync(services, message);

        var record = await functions.Blobs.ReadJsonAsync<BatchRecord>(BatchNames.Record(message.Input.Model, FunctionsFixture.IdOf(message)), Token);
        Assert.Equal((BatchState.Failed, ErrorCatalogue.DeliveryFailed.Code), (record!.State, record.Reason!.Code));
    }

    [Fact]
    public async Task Requeue_BatchWithALiveWorker_IsLeftToIt()
    {
        var services = functions.Build();
        var message = await functions.UploadAsync(await functions.PublishModelAsync(), [1]);
        var claimed = await services.GetRequiredService<BatchClaims>().ClaimAsync(message, Token);

        await RequeueAsync(services, message);

        Assert.Equal(0, await FunctionsFixture.CountMessagesAsync(services, claimed!.Id));
        Assert.NotNull(await services.GetRequiredService<BatchClaims>().WriteAsync(claimed, Token));
    }

    [Fact]
    public async Task Requeue_WhatIsNoEvent_IsDropped() =>
        await functions.Build().GetRequiredService<RequeueDeadBatches>().HandleAsync("{}"u8.ToArray(), Token);

    [Theory]
    [InlineData(3L, null, "2 bytes; 3 were declared")]
    [InlineData(2L, "0000000000000000000000000000000000000000000000000000000000000000", "was declared")]
    public async Task OpenInput_NotWhatWasDeclared_IsAMismatch(long length, string? sha256, string detail)
    {
        var message = await functions.UploadAsync("model", "hi"u8.ToArray());
        await DeclareAsync(message, length, sha256);

        var refusal = await Assert.ThrowsAsync<WrnException>(() => functions.Build().GetRequiredService<BatchInputs>().OpenAsync(message, Token));

        Assert.Equal(ErrorCatalogue.UploadMismatch, refusal.Error);
        Assert.Contains(detail, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenInput_AsDeclared_IsOpened()
    {
        var message = await functions.UploadAsync("model", [0xFF, 0xD8]);
        await DeclareAsync(message, 2, "71563ad80061407ede9c6f316836284bd3710a520c5a792b5eda1cb703690815");

        using var input = await functions.Build().GetRequiredService<BatchInputs>().OpenAsync(message, Token);

        Assert.Equal("input.zip", Assert.Single(input.Items));
    }

    private static Task RequeueAsync(IServiceProvider services, BatchMessage message)
    {
        var body = message.Continuation(FunctionsFixture.IdOf(message), 1, TimeProvider.System.GetUtcNow()).Body;
        return services.GetRequiredService<RequeueDeadBatches>().HandleAsync(body, Token);
    }

    private Task<bool> DeclareAsync(BatchMessage message, long length, string? sha256)
    {
        var id = FunctionsFixture.IdOf(message);
        return functions.Blobs.TryCreateJsonAsync(BatchNames.Ticket(id), new BatchTicket(id, "model", message.Input.Path, length, sha256), Token);
    }

    private sealed class CountedReads : HttpPipelineSynchronousPolicy
    {
        private int _blobs;
        private int _listings;

        public int Blobs => _blobs;

        public int Listings => _listings;

        public override void OnSendingRequest(HttpMessage message)
        {
            if (message.Request.Uri.Query.Contains("comp=list", StringComparison.Ordinal)) Interlocked.Increment(ref _listings);
            else Interlocked.Increment(ref _blobs);
        }
    }
}
