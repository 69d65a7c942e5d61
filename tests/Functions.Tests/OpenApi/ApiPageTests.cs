using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Functions.OpenApi;

namespace WrnCloud.Functions.Tests.OpenApi;

public sealed class ApiPageTests
{
    private static readonly ApiDocument Document = new();
    private readonly ApiPage _page = new(Document);

    [Fact]
    public void Html_EveryOperation_IsShown() =>
        Assert.All(HttpFunctions.All, f => Assert.Contains($"id=\"{f.Name}\"", _page.Html, StringComparison.Ordinal));

    [Fact]
    public void Html_Links_LeadToThePageItselfOrTheDocument()
    {
        var targets = Found("href=\"(?<text>[^\"]*)\"").Distinct().ToList();
        var ids = Found("id=\"(?<text>[^\"]*)\"").Select(id => "#" + id).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(targets, t => Assert.True(t == "openapi.json" || ids.Contains(t), t));
    }

    [Theory]
    [InlineData("<script")]
    [InlineData(" src=")]
    [InlineData(" style=")]
    [InlineData("@import")]
    [InlineData("url(")]
    [InlineData("://")]
    public void Html_ExternalOrActiveContent_IsNotThere(string text) => Assert.DoesNotContain(text, _page.Html, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task Answer_Headers_AllowThePagesOwnStyleOnly()
    {
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        using var body = new MemoryStream();
        context.Response.Body = body;

        await _page.Answer(context.Response).ExecuteAsync(context);

        var style = Found("<style>(?<text>[^<]*)</style>").Single();
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        var policy = context.Response.Headers.ContentSecurityPolicy.ToString();
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.Contains($"style-src 'sha256-{hash}'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", context.Response.Headers.XContentTypeOptions.ToString());
        Assert.StartsWith("text/html", context.Response.ContentType, StringComparison.Ordinal);
        Assert.Equal(_page.Html, Encoding.UTF8.GetString(body.ToArray()));
    }

    private IEnumerable<string> Found(string pattern) =>
        Regex.Matches(_page.Html, pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Select(m => m.Groups["text"].Value);
}
