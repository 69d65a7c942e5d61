using Azure;
using Azure.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;
using WrnCloud.Messaging;

namespace WrnCloud.Functions.Tests.Http;

public sealed class AnswerTests
{
    public static TheoryData<Exception> Outages =>
    [
        new RequestFailedException(503, "busy"),
        new RequestFailedException(400, "bad"),
        new AggregateException("Retry failed after 6 tries.", new RequestFailedException(0, "refused"), new IOException("reset")),
        new AuthenticationFailedException("no token"),
        new CredentialUnavailableException("no identity"),
        new MessagingException(MessagingFailure.ConnectionBroken, "gone"),
        new TimeoutException("too late"),
    ];

    [Theory]
    [MemberData(nameof(Outages), DisableDiscoveryEnumeration = true)]
    public async Task FromAsync_SomethingBehindIsAway_IsUnavailableAndSaysWhenToRetry(Exception exception)
    {
        var (problem, response) = await AnswerAsync(exception, "");

        Assert.Equal(ErrorCatalogue.Unavailable.Code, problem.Code);
        Assert.Equal("5", response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData(400, "body-invalid")]
    [InlineData(408, "request-timeout")]
    [InlineData(413, "body-too-large")]
    public async Task FromAsync_BodyThatCantBeRead_IsTheCallersFault(int status, string code) =>
        Assert.Equal(code, (await AnswerAsync(new BadHttpRequestException("chunk", status), "")).Problem.Code);

    [Fact]
    public async Task FromAsync_ParameterThatIsNotKnown_IsTheQuerysFault() =>
        Assert.Equal(ErrorCatalogue.QueryInvalid.Code, (await AnswerAsync(new InvalidDataException("never thrown"), "?cout=5")).Problem.Code);

    [Fact]
    public async Task FromAsync_AnythingElse_IsInternalAndTellsNothing()
    {
        var (problem, _) = await AnswerAsync(new InvalidDataException("the secret"), "");

        Assert.Equal(ErrorCatalogue.Internal.Code, problem.Code);
        Assert.DoesNotContain("secret", problem.Detail, StringComparison.Ordinal);
    }

    private static async Task<(Problem Problem, HttpResponse Response)> AnswerAsync(Exception exception, string query)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.QueryString = new QueryString(query);
        var result = await Answer.FromAsync(context.Request, _ => throw exception);
        return (Assert.IsType<Problem>(Assert.IsAssignableFrom<IValueHttpResult>(result).Value), context.Response);
    }
}
