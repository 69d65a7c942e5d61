using Microsoft.Extensions.Options;
using WrnCloud.Batches;
using WrnCloud.Contracts.Models;
using WrnCloud.Errors;
using WrnCloud.Functions.Batches;
using WrnCloud.Functions.Scoring;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Tests.Storage;
using WrnCloud.Models;
using WrnCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>Batches' records on a real store.</summary>
public sealed class BatchClaimsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly ModelRegistry _models = new(azurite.Blobs, TimeProvider.System);
    private readonly string _model = "m" + new RandomIdSource().NewWriteId();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private BatchClaims Claims => new(azurite.Blobs, _models, new ActiveBatches(azurite.Blobs), Options.Create(new BatchOptions()));

    [Fact]
    public async Task Claim_WhileHeld_IsNobodyElsesUntilReleased()
    {
        var message = await MessageAsync();
        var first = await Claims.ClaimAsync(message, Token);
        Assert.Null(await Claims.ClaimAsync(message, Token));

        Assert.False(await Claims.ReleaseAsync(first!));

        var second = await Claims.ClaimAsync(message, Token);
        Assert.Equal((2, 2, true), (second!.Attempt, second.Stalls, second.Held));
    }

    [Fact]
    public async Task Release_AfterTheLastAttempt_FailsTheBatch()
    {
        var message = await MessageAsync();
        BatchRecord record = null!;
        for (var attempt = 1; attempt <= BatchLimits.MaxStalls; attempt++)
        {
            record = (await Claims.ClaimAsync(message, Token))!;
            Assert.Equal(attempt == BatchLimits.MaxStalls, await Claims.ReleaseAsync(record));
        }

        Assert.Null(await Claims.ClaimAsync(message, Token));
        var ended = await azurite.Blobs.ReadJsonAsync<BatchRecord>(BatchNames.Record(_model, record.Id), Token);
        Assert.Equal((BatchState.Failed, ErrorCatalogue.Internal.Code, false), (ended!.State, ended.Reason!.Code, ended.Held));
    }

    [Theory]
    [InlineData("other.zip", "e1")]
    [InlineData("input.zip", "e2")]
    public async Task Claim_AnotherInputUnderTheSameId_IsNotTheBatchs(string file, string etag)
    {
        var first = await Claims.ClaimAsync(await MessageAsync(), Token);
        await Claims.ReleaseAsync(first!);

        Assert.Null(await Claims.ClaimAsync(Message(file, etag), Token));
    }

    [Fact]
    public async Task EnsurePart_TimeIsUp_StopsWithoutAFile()
    {
        var record = (await Claims.ClaimAsync(await MessageAsync(), Token))!;
        using var cache = new ModelCache(azurite.Blobs, Options.Create(new ScoringOptions()));
        using var classifier = new Classifier(cache, TimeProvider.System, Options.Create(new ScoringOptions()));
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
        file.Write([0xFF, 0xD8, 0xFF]);
        using var input = BatchInput.Open(file, "input", "hash");

        var end = await new BatchParts(azurite.Blobs, classifier, TimeProvider.System).EnsureAsync(
            record, (await _models.FindVersionAsync(_model, 1, Token))!, input, 0, () => true, () => Task.FromResult<BatchRecord?>(record), Token);

        Assert.Equal(PartEnd.TimeIsUp, end);
        Assert.False(await azurite.Blobs.ExistsAsync(BatchNames.Part(_model, record.Id, 0), Token));
    }

    private async Task<BatchMessage> MessageAsync()
    {
        await _models.ReserveVersionAsync(_model, "job1", Token);
        await _models.PublishAsync(SampleModels.Version(_model, 1, "job1"), Token);
        return Message("input.zip", "e1");
    }

    private BatchMessage Message(string file, string etag)
    {
        Assert.True(InputBlobName.TryParse(Containers.BatchInput, $"{_model}/{new string('a', 8)}{_model[1..]}/{file}", out var input));
        return new BatchMessage(input, etag);
    }
}
