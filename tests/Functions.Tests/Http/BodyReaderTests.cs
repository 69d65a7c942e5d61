using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;

namespace WrnCloud.Functions.Tests.Http;

public sealed class BodyReaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(99_999)]
    [InlineData(100_000)]
    public async Task BytesAsync_UpToTheLimit_ReadsAll(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);

        Assert.Equal(bytes, await BodyReader.BytesAsync(new MemoryStream(bytes), 100_000, CancellationToken.None));
    }

    [Fact]
    public async Task BytesAsync_OneByteMore_IsTooLarge()
    {
        var refusal = await Assert.ThrowsAsync<WrnException>(
            () => BodyReader.BytesAsync(new MemoryStream(new byte[100_001]), 100_000, CancellationToken.None));

        Assert.Equal(ErrorCatalogue.BodyTooLarge, refusal.Error);
    }

    [Fact]
    public async Task BytesAsync_MoreThanTheLimit_StopsReadingThere()
    {
        using var body = new MemoryStream(new byte[10_000_000]);

        await Assert.ThrowsAsync<WrnException>(() => BodyReader.BytesAsync(body, 100_000, CancellationToken.None));

        Assert.InRange(body.Position, 100_001, 200_000);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("nonsense")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=\"iso-8859-1\"")]
    public async Task JsonAsync_OtherMediaType_IsUnsupported(string? mediaType)
    {
        var request = Request(mediaType);

        var refusal = await Assert.ThrowsAsync<WrnException>(() => BodyReader.JsonAsync(request, 100, CancellationToken.None));

        Assert.Equal(ErrorCatalogue.MediaTypeUnsupported, refusal.Error);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    public async Task JsonAsync_Utf8_IsRead(string mediaType) =>
        Assert.Equal("{}"u8.ToArray(), await BodyReader.JsonAsync(Request(mediaType), 100, CancellationToken.None));

    [Fact]
    public async Task JsonAsync_Encoded_IsUnsupported()
    {
        var request = Request("application/json");
        request.Headers.ContentEncoding = "gzip";

        Assert.Equal(
            ErrorCatalogue.MediaTypeUnsupported,
            (await Assert.ThrowsAsync<WrnException>(() => BodyReader.JsonAsync(request, 100, CancellationToken.None))).Error);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1L)]
    public async Task JsonAsync_FalseOrMissingLength_TheLimitHolds(long? declared)
    {
        var request = Request("application/json; charset=utf-8");
        request.ContentLength = declared;
        request.Body = new MemoryStream(new byte[101]);

        Assert.Equal(
            ErrorCatalogue.BodyTooLarge,
            (await Assert.ThrowsAsync<WrnException>(() => BodyReader.JsonAsync(request, 100, CancellationToken.None))).Error);
    }

    private static HttpRequest Request(string? mediaType)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = mediaType;
        request.Body = new MemoryStream("{}"u8.ToArray());
        return request;
    }
}
