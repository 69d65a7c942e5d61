using System.Text;
using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;
using WrnCloud.Functions.Scoring;

namespace WrnCloud.Functions.Tests.Scoring;

/// <summary>How a prediction's body is read, in each form that it may have.</summary>
public sealed class PredictFormTests
{
    private const string Boundary = "B";

    [Theory]
    [InlineData("image/svg+xml")]
    [InlineData("image/gif")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task Handle_FormThatIsNotRead_IsUnsupportedBeforeAnythingIsAsked(string? type)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = type;

        // Neither the registry nor the classifier is there to be asked.
        var predict = new PredictImages(null!, null!);
        var refusal = await Assert.ThrowsAsync<WrnException>(() => predict.HandleAsync(request, "net", CancellationToken.None));

        Assert.Equal(ErrorCatalogue.MediaTypeUnsupported, refusal.Error);
    }

    [Fact]
    public async Task Handle_VersionAndAlias_IsTheQuerysFault()
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = "image/png";
        request.QueryString = new QueryString("?version=1&alias=production");

        var predict = new PredictImages(null!, null!);
        var refusal = await Assert.ThrowsAsync<WrnException>(() => predict.HandleAsync(request, "net", CancellationToken.None));

        Assert.Equal(ErrorCatalogue.QueryInvalid, refusal.Error);
    }

    [Fact]
    public async Task Multipart_FieldsThatAreNoFiles_AreNoPictures()
    {
        var images = await MultipartAsync(
            Part("form-data; name=\"note\"", null, "hi"),
            Part("form-data; name=\"file\"; filename=\"a.png\"", "image/png", "1"),
            Part("form-data; name=\"raw\"", "image/png", "2"),
            Part("form-data; name=\"token\"", "text/plain", "x"));

        Assert.Equal(["a.png", "image 1"], images.Select(i => i.Name));
        Assert.Equal(["1", "2"], images.Select(i => Encoding.ASCII.GetString(i.Bytes.Span)));
    }

    [Theory]
    [InlineData("form-data; name=\"f\"; filename=\"plain.png\"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.png", "naïve €.png")]
    [InlineData("form-data; name=\"f\"; filename*=UTF-8''%F0%9F%8C%B7.png", "🌷.png")]
    [InlineData("form-data; name=\"f\"; filename=\"a b.png\"", "a b.png")]
    public async Task Multipart_ExtendedFilename_IsTheName(string disposition, string name) =>
        Assert.Equal(name, Assert.Single(await MultipartAsync(Part(disposition, "image/png", "1"))).Name);

    [Fact]
    public async Task Multipart_WithoutAnyPicture_SaysWhatToSend()
    {
        var refusal = await Assert.ThrowsAsync<WrnException>(() => MultipartAsync(Part("form-data; name=\"note\"", null, "hi")));

        Assert.Equal(ErrorCatalogue.BodyInvalid, refusal.Error);
        Assert.Contains("filename", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"images":[{"data":"QUJD"},{"data":"data:image/png;base64,QUJD"}]}""", "/images/1/data", "leave out")]
    [InlineData("""{"images":[{"data":"%%%"}]}""", "/images/0/data", "not base64")]
    [InlineData("""{"images":[{"data":7}]}""", "/images/0/data", "wrong type")]
    [InlineData("""{"images":[{"name":7,"data":"QUJD"}]}""", "/images/0/name", "wrong type")]
    [InlineData("""{"images":[{}]}""", "/images/0/data", "missing")]
    public void Json_WrongItem_IsNamedByItsField(string body, string pointer, string detail)
    {
        var refusal = Assert.Throws<WrnException>(() => PredictImages.Json(Encoding.UTF8.GetBytes(body)));

        var error = Assert.Single(refusal.FieldErrors);
        Assert.Equal((pointer, "value-invalid"), (error.Pointer, error.Code));
        Assert.Contains(detail, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_ByteOrderMark_IsRead() =>
        Assert.Equal("ABC"u8.ToArray(), Assert.Single(PredictImages.Json([.. "\uFEFF"u8, .. """{"images":[{"data":"QUJD"}]}"""u8])).Bytes.ToArray());

    private static Task<IReadOnlyList<NamedImage>> MultipartAsync(params string[] parts) =>
        PredictImages.MultipartAsync(Encoding.UTF8.GetBytes($"{string.Concat(parts)}--{Boundary}--\r\n"), Boundary, CancellationToken.None);

    private static string Part(string disposition, string? type, string content) =>
        $"--{Boundary}\r\nContent-Disposition: {disposition}\r\n{(type is null ? "" : $"Content-Type: {type}\r\n")}\r\n{content}\r\n";
}
