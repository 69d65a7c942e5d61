using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using WrnCloud.Hosting;
using WrnCloud.Storage;

namespace WrnCloud.LocalCloud.Tests.Storage;

/// <summary>Conditional writes on a real store, with answers that get lost.</summary>
public sealed class BlobStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly BlobName _name = BlobName.Of(Containers.Jobs, new RandomIdSource().NewWriteId(), "blob");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_AnotherWritersBlob_IsRefused()
    {
        Assert.True(await azurite.Blobs.TryCreateAsync(_name, "one"u8.ToArray(), "text/plain", Token));
        Assert.False(await azurite.Blobs.TryCreateAsync(_name, "two"u8.ToArray(), "text/plain", Token));

        Assert.Equal("one", Encoding.UTF8.GetString((await azurite.Blobs.ReadAsync(_name, Token))!.Bytes.Span));
    }

    [Fact]
    public async Task Replace_OnAStaleTag_IsRefused()
    {
        await azurite.Blobs.TryCreateAsync(_name, "one"u8.ToArray(), "text/plain", Token);
        var read = await azurite.Blobs.ReadAsync(_name, Token);

        Assert.NotNull(await azurite.Blobs.TryReplaceAsync(_name, "two"u8.ToArray(), "text/plain", read!.ETag, Token));
        Assert.Null(await azurite.Blobs.TryReplaceAsync(_name, "three"u8.ToArray(), "text/plain", read.ETag, Token));
    }

    [Fact]
    public async Task Create_AnswerLostAfterTheWrite_IsSuccess()
    {
        var losing = new LoseFirstAnswer();

        Assert.True(await azurite.Through(losing).TryCreateAsync(_name, "one"u8.ToArray(), "text/plain", Token));

        Assert.True(losing.Lost, "No answer was lost.");
        Assert.Equal("one", Encoding.UTF8.GetString((await azurite.Blobs.ReadAsync(_name, Token))!.Bytes.Span));
    }

    [Fact]
    public async Task Replace_AnswerLostAfterTheWrite_GivesTheNewTag()
    {
        await azurite.Blobs.TryCreateAsync(_name, "one"u8.ToArray(), "text/plain", Token);
        var read = await azurite.Blobs.ReadAsync(_name, Token);
        var losing = new LoseFirstAnswer();

        var tag = await azurite.Through(losing).TryReplaceAsync(_name, "two"u8.ToArray(), "text/plain", read!.ETag, Token);

        Assert.True(losing.Lost, "No answer was lost.");
        Assert.Equal((await azurite.Blobs.ReadAsync(_name, Token))!.ETag, tag);
    }

    [Fact]
    public async Task Append_AtAWrongPosition_ChangesNothingAndTellsTheLength()
    {
        Assert.Equal(3, await azurite.Blobs.AppendAsync(_name, 0, "one"u8.ToArray(), Token));
        Assert.Equal(6, await azurite.Blobs.AppendAsync(_name, 3, "two"u8.ToArray(), Token));

        Assert.Equal(6, await azurite.Blobs.AppendAsync(_name, 1, "three"u8.ToArray(), Token));
        Assert.Equal("onetwo", Encoding.UTF8.GetString((await azurite.Blobs.ReadAsync(_name, Token))!.Bytes.Span));
    }

    [Fact]
    public async Task Append_AnswerLostAfterTheWrite_AppendsOnce()
    {
        await azurite.Blobs.AppendAsync(_name, 0, "one"u8.ToArray(), Token);
        var losing = new LoseFirstAnswer();

        Assert.Equal(6, await azurite.Through(losing).AppendAsync(_name, 3, "two"u8.ToArray(), Token));

        Assert.True(losing.Lost, "No answer was lost.");
        Assert.Equal("onetwo", Encoding.UTF8.GetString((await azurite.Blobs.ReadAsync(_name, Token))!.Bytes.Span));
    }

    [Fact]
    public async Task Read_OverTheLimit_IsRefused()
    {
        await azurite.Blobs.TryCreateAsync(_name, new byte[100], "text/plain", Token);

        await Assert.ThrowsAsync<InvalidDataException>(() => azurite.Blobs.ReadAsync(_name, Token, 99));
    }

    /// <summary>Sends the first write, then behaves as if its answer had never come.</summary>
    private sealed class LoseFirstAnswer : HttpPipelinePolicy
    {
        public bool Lost { get; private set; }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            throw new NotSupportedException("The store is used asynchronously.");

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            await ProcessNextAsync(message, pipeline);
            if (Lost || message.Request.Method != RequestMethod.Put) return;
            Lost = true;
            throw new IOException("The connection was closed before the answer came.");
        }
    }
}
