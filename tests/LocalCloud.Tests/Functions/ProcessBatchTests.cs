using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Batches;
using WrnCloud.Contracts.Models;
using WrnCloud.Functions.Batches;
using WrnCloud.Functions.Scoring;
using WrnCloud.Functions.Tests.Scoring;
using WrnCloud.Hosting;
using WrnCloud.Images;
using WrnCloud.Messaging;
using WrnCloud.Models;
using WrnCloud.Scoring;
using WrnCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>Whole batches with a small model, on a real store and broker.</summary>
public sealed class ProcessBatchTests(FunctionsFixture functions) : IClassFixture<FunctionsFixture>
{
    private static readonly byte[] Picture = ImageEncoder.Png(new byte[4 * 4 * 3], 4, 4);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Process_PicturesAndABrokenOne_EndsWithEachOnceAndItsStateTells()
    {
        var services = functions.Build();
        var model = await PublishAsync();
        var message = await functions.UploadAsync(model, Zip(Picture, "no picture"u8.ToArray(), Picture));
        var id = FunctionsFixture.IdOf(message);
        await functions.Blobs.TryCreateJsonAsync(BatchNames.Ticket(id), new BatchTicket(id, model, message.Input.Path), Token);
        Assert.Equal(BatchState.Queued, (await StatusAsync(services, id)).State);

        await services.GetRequiredService<ProcessBatch>().HandleAsync(Body(message), Token);

        var status = await StatusAsync(services, id);
        Assert.Equal((BatchState.Succeeded, 3, 2, 1), (status.State, status.Items, status.Results, status.Errors));
        Assert.Null(status.OthersActive);
    }

    [Fact]
    public async Task Process_ModelWithAThresholdAndDistances_DecidesOnEachPicture()
    {
        // A red picture of 40: its logits are 4, 0 and 0, its best probability is 0.965, and their mean is 1.33.
        var red = ImageEncoder.Png([.. Enumerable.Repeat<byte[]>([40, 0, 0], 16).SelectMany(p => p)], 4, 4);
        var file = new OnnxFile
        {
            UnsureBelow = "0.9",
            HasDistance = true,
            DistanceQuantiles = $"[{string.Join(',', Enumerable.Range(0, 101).Select(q => q / 50.0))}]",
        };

        var decided = await LinesAsync(file, red, Picture);
        var plain = await LinesAsync(new OnnxFile(), red);

        Assert.Equal(["red", "unsure"], decided.Select(l => l.Decision));
        Assert.Equal([new PictureDistance(1.333, 0.333), new PictureDistance(0, 1)], decided.Select(l => l.Distance));
        Assert.Equal((null, null), (plain[0].Decision, plain[0].Distance));
    }

    [Fact]
    public async Task Process_PictureWithoutItsEndMark_IsClassifiedWithAWarning()
    {
        var jpeg = ImageEncoder.Jpeg(new byte[4 * 4 * 3], 4, 4);

        var lines = await LinesAsync(new OnnxFile(), Picture, Picture[..^12], jpeg, jpeg[..^2]);

        Assert.Equal([null, ImageWarnings.EndMissing, null, ImageWarnings.EndMissing], lines.Select(l => l.Warning));
        Assert.Equal(lines[2].Top, lines[3].Top);
    }

    private async Task<IReadOnlyList<BatchItemResult>> LinesAsync(OnnxFile file, params byte[][] pictures)
    {
        var model = await PublishAsync(file);
        var message = await functions.UploadAsync(model, Zip(pictures));
        await functions.Build().GetRequiredService<ProcessBatch>().HandleAsync(Body(message), Token);
        var results = await functions.Blobs.ReadAsync(BatchNames.Output(model, FunctionsFixture.IdOf(message), BatchNames.Results), Token);
        return
        [
            .. Encoding.UTF8.GetString(results!.Bytes.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonSerializer.Deserialize<BatchItemResult>(l, WrnJson.Compact)!),
        ];
    }

    [Fact]
    public async Task Status_BeforeTheUpload_AwaitsIt()
    {
        var id = new string('a', 24);
        await functions.Blobs.TryCreateJsonAsync(BatchNames.Ticket(id), new BatchTicket(id, "model", $"model/{id}/input.zip"), Token);

        Assert.Equal(BatchState.AwaitingUpload, (await StatusAsync(functions.Build(), id)).State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Process_LongBatch_GivesWayWhileOthersWait(int others)
    {
        var services = functions.Build(s => s.AddSingleton<TimeProvider>(new HastyClock()));
        await using var queue = services.GetRequiredService<IJobQueues>().Open(QueueNames.BatchEvents);
        while (await queue.ReceiveAsync(TimeSpan.FromMilliseconds(200), Token) is { } left) await left.CompleteAsync(Token);
        for (var i = 0; i < others; i++) await queue.SendAsync(new OutgoingMessage(new RandomIdSource().NewWriteId(), "{}"u8.ToArray()), Token);
        var message = await functions.UploadAsync(await PublishAsync(), Zip([.. Enumerable.Repeat(Picture, BatchLimits.PartSize + 1)]));
        var id = FunctionsFixture.IdOf(message);

        await services.GetRequiredService<ProcessBatch>().HandleAsync(Body(message), Token);

        var status = await StatusAsync(services, id);
        Assert.Equal(others == 0 ? (BatchState.Succeeded, 501) : (BatchState.Queued, 500), (status.State, status.Done));
        Assert.Equal(others == 0 ? 0 : 1, await FunctionsFixture.CountMessagesAsync(services, id));

        await services.GetRequiredService<ProcessBatch>().HandleAsync(Body(message), Token);
        Assert.Equal((BatchState.Succeeded, 501), ((await StatusAsync(services, id)).State, (await StatusAsync(services, id)).Results));
    }

    private static async Task<BatchStatus> StatusAsync(IServiceProvider services, string id)
    {
        var answer = await services.GetRequiredService<ReadBatches>().GetAsync(id, Token);
        return Assert.IsType<BatchStatus>(Assert.IsAssignableFrom<IValueHttpResult>(answer).Value);
    }

    private static ReadOnlyMemory<byte> Body(BatchMessage message) =>
        message.Continuation(FunctionsFixture.IdOf(message), 1, TimeProvider.System.GetUtcNow()).Body;

    private static byte[] Zip(params byte[][] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (index, file) in files.Index())
            {
                using var entry = zip.CreateEntry($"{index:D4}.png", CompressionLevel.NoCompression).Open();
                entry.Write(file);
            }
        }

        return bytes.ToArray();
    }

    private async Task<string> PublishAsync(OnnxFile? file = null)
    {
        var bytes = (file ?? new OnnxFile()).Build();
        var model = "m" + new RandomIdSource().NewWriteId();
        var registry = new ModelRegistry(functions.Blobs, TimeProvider.System);
        await registry.ReserveVersionAsync(model, "job1", Token);
        await functions.Blobs.TryCreateAsync(
            ModelRegistry.ArtifactFolder(model, 1, 1).Child(ModelCache.OnnxFile), bytes, "application/octet-stream", Token);
        var version = SampleModels.Version(model, 1, "job1") with
        {
            Files = [new ArtifactFile(ModelCache.OnnxFile, bytes.Length, OnnxFile.Hash(bytes))],
        };
        await registry.PublishAsync(version, Token);
        return model;
    }

    /// <summary>Each look at it is two seconds later: a part of 500 pictures takes a minute or more, the whole batch less than eight.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 2 * Interlocked.Increment(ref _looks);
    }
}
