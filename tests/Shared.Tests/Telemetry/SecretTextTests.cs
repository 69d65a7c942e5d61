using WrnCloud.Telemetry;

namespace WrnCloud.Shared.Tests.Telemetry;

/// <summary>No query string and no key is left, and nothing else is lost.</summary>
public sealed class SecretTextTests
{
    [Theory]
    [InlineData(
        "Request starting HTTP/1.1 GET http://localhost/api/models?code=KEY - -", "Request starting HTTP/1.1 GET http://localhost/api/models - -")]
    [InlineData("/api/models?code=KEY&top=1", "/api/models")]
    [InlineData("?code=KEY", "")]
    [InlineData("called with ?code=KEY&top=1 by", "called with  by")]
    [InlineData("PUT \"https://a.blob.core.windows.net/c/b?sv=1&sig=KEY%3D\" failed", "PUT \"https://a.blob.core.windows.net/c/b\" failed")]
    [InlineData("top=1&code=KEY", "top=1&code=…")]
    [InlineData("sv=2026&sig=KEY", "sv=2026&sig=…")]
    [InlineData("AccountName=a;AccountKey=KEY;BlobEndpoint=http://a/b", "AccountName=a;AccountKey=…;BlobEndpoint=http://a/b")]
    [InlineData("Endpoint=sb://a/;SharedAccessKeyName=root;SharedAccessKey=KEY", "Endpoint=sb://a/;SharedAccessKeyName=root;SharedAccessKey=…")]
    [InlineData("X-Functions-Key: KEY", "X-Functions-Key: …")]
    [InlineData("""{"x-functions-key":"KEY","a":1}""", """{"x-functions-key":"…","a":1}""")]
    public void Strip_TextWithASecret_LosesThatOnly(string text, string expected)
    {
        Assert.Equal(expected, SecretText.Strip(text));
        Assert.Equal(expected, SecretText.Strip(expected));
    }

    [Theory]
    [InlineData("Is it there?")]
    [InlineData("The trainer ended with exit code=137: killed")]
    [InlineData("a/b: c = d")]
    [InlineData("Job 01h8 failed: parity-failed")]
    public void Strip_TextWithout_IsTheSame(string text) => Assert.Same(text, SecretText.Strip(text));

    [Fact]
    public void Strip_Values_KeepTheirTypes()
    {
        Assert.Equal(3L, SecretText.Strip((object)3L));
        Assert.Equal("https://a/b", SecretText.Strip(new Uri("https://a/b?sig=KEY")));
        Assert.Equal(new[] { "/a", "b" }, SecretText.Strip(new[] { "/a?code=KEY", "b" }));
        Assert.Null(SecretText.Strip((object?)null));
        Assert.Equal("…", SecretText.Strip("http.request.header.x_functions_key", new[] { "KEY" }));
    }

    [Fact(Timeout = 60_000)]
    public async Task Strip_LongText_TakesLinearTime()
    {
        var slashes = new string('/', 2_000_000);

        Assert.Equal(slashes, await Task.Run(() => SecretText.Strip(slashes + "?a"), TestContext.Current.CancellationToken));
    }
}
