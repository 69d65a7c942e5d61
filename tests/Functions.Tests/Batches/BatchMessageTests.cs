using System.Text;
using System.Text.Json;
using WrnCloud.Functions.Batches;

namespace WrnCloud.Functions.Tests.Batches;

public sealed class BatchMessageTests
{
    private const string Subject = "/blobServices/default/containers/batch-input/blobs/flowers/today/a b.zip";

    [Fact]
    public void TryParse_BlobCreated_NamesInputAndETag()
    {
        var message = BatchMessage.TryParse(Event("Microsoft.Storage.BlobCreated", Subject, "\"0x8D4\""));

        Assert.NotNull(message);
        Assert.Equal("flowers", message.Input.Model);
        Assert.Equal("flowers/today/a b.zip", message.Input.Path);
        Assert.Equal("0x8D4", message.ETag);
    }

    [Fact]
    public void TryParse_OwnContinuation_IsTheSameMessage()
    {
        var message = BatchMessage.TryParse(Event("Microsoft.Storage.BlobCreated", Subject, "0x8D4"))!;

        var continuation = message.Continuation("0123456789abcdef01234567", 3, DateTimeOffset.UnixEpoch);

        Assert.Equal("0123456789abcdef01234567.3", continuation.MessageId);
        Assert.Equal(message, BatchMessage.TryParse(continuation.Body));
        using var document = JsonDocument.Parse(continuation.Body);
        Assert.Equal("1.0", document.RootElement.GetProperty("specversion").GetString());
    }

    [Theory]
    [InlineData("Microsoft.Storage.BlobDeleted", Subject, "e")]
    [InlineData("Microsoft.Storage.BlobCreated", "/blobServices/default/containers/models/blobs/flowers/a.zip", "e")]
    [InlineData("Microsoft.Storage.BlobCreated", "/blobServices/default/containers/batch-input/blobs/a.zip", "e")]
    [InlineData("Microsoft.Storage.BlobCreated", "/blobServices/default/containers/batch-input/blobs/../a.zip", "e")]
    [InlineData("Microsoft.Storage.BlobCreated", "", "e")]
    [InlineData("Microsoft.Storage.BlobCreated", Subject, "")]
    [InlineData("Microsoft.Storage.BlobCreated", Subject, "\"")]
    public void TryParse_EventAboutNoInput_IsNull(string type, string subject, string etag) =>
        Assert.Null(BatchMessage.TryParse(Event(type, subject, etag)));

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":"Microsoft.Storage.BlobCreated"}""")]
    [InlineData("""{"type":"Microsoft.Storage.BlobCreated","data":null}""")]
    [InlineData("""{"type":"Microsoft.Storage.BlobCreated","data":{"eTag":7},"subject":"x"}""")]
    [InlineData("""{"type":"Microsoft.Storage.BlobCreated","data":{"eTag":"\ud800"},"subject":"x"}""")]
    public void TryParse_OtherBytes_IsNull(string text) => Assert.Null(BatchMessage.TryParse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void TryParse_DamagedEvent_NeverThrows()
    {
        var random = new Random(20_160_523);
        var whole = Event("Microsoft.Storage.BlobCreated", Subject, "0x8D4");
        for (var round = 0; round < 3000; round++)
        {
            var damaged = whole[..random.Next(whole.Length + 1)];
            for (var i = random.Next(4); i > 0 && damaged.Length > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (BatchMessage.TryParse(damaged) is { } message)
                Assert.StartsWith(message.Input.Model + "/", message.Input.Path, StringComparison.Ordinal);
        }
    }

    private static byte[] Event(string type, string subject, string etag) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new { specversion = "1.0", id = "1", source = "s", type, subject, data = new { api = "PutBlob", eTag = etag } });
}
