using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.LocalCloud.Broker.Access;
using WrnCloud.LocalCloud.Broker.Queues;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.LocalCloud.Tests.Broker;

public sealed class TokenVerifierTests
{
    private const string Audience = "sb://127.0.0.1:5672/training-jobs";

    private static readonly AccessPolicy Policy = new("root", "a2V5", AccessRights.All);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(Audience, "training-jobs", true)]
    [InlineData(Audience, "Training-Jobs/$management", true)]
    [InlineData(Audience, "training-jobs-2", false)]
    [InlineData(Audience, "batch-events", false)]
    [InlineData("sb://127.0.0.1:5672/", "batch-events", true)]
    public void Verify_ValidToken_GrantsItsEntityAndWhatIsBelow(string audience, string path, bool expected)
    {
        var (granted, problem) = Verify(Sign(audience), audience);

        Assert.Null(problem);
        Assert.Equal(expected, granted!.Covers(path));
    }

    [Fact]
    public void Verify_KnownVector_IsAccepted()
    {
        // The signature was computed apart from this code: HMAC-SHA256 with the key's text over the encoded resource, a newline, the expiry.
        const string Token = "SharedAccessSignature "
            + "sr=sb%3A%2F%2Flocalhost%2Fq&sig=U4nhyavZSNpbRulgS1e22z79jpScFrHbFqoYmx8VSCo%3D&se=1800000000&skn=root";

        Assert.NotNull(Verify(Token, "sb://localhost/q").Granted);
    }

    [Fact]
    public void Verify_ExpiredToken_IsRefused()
    {
        var token = Sign(Audience);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Contains("expired", Verify(token, Audience).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_TokenForAnotherEntity_IsRefused() => Assert.NotNull(Verify(Sign(Audience), "sb://127.0.0.1:5672/batch-events").Problem);

    [Fact]
    public void Verify_ExpiryPushedBack_IsRefused()
    {
        var token = Sign(Audience);
        var expiry = token.IndexOf("&se=", StringComparison.Ordinal) + 4;

        Assert.Contains("signature", Verify(token[..expiry] + "9" + token[(expiry + 1)..], Audience).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("SharedAccessSignature ")]
    [InlineData("SharedAccessSignature sr=a&sig=b&se=c&skn=root")]
    [InlineData("SharedAccessSignature sr=a&sig=b&se=99999999999999999999&skn=root")]
    [InlineData("SharedAccessSignature sr=a&sig=b&se=1&skn=nobody")]
    public void Verify_Nonsense_IsRefused(string? token) => Assert.NotNull(Verify(token, Audience).Problem);

    [Fact]
    public void Verify_UnknownType_IsRefused() =>
        Assert.NotNull(new TokenVerifier([Policy], _time).Verify("jwt", Sign(Audience), Audience).Problem);

    [Fact(Timeout = 60_000)]
    public async Task Broker_TokenRunsOut_DropsTheLinksThatItOpened()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var folder = new TestFolder();
        var options = new BrokerOptions(folder.Path, [new QueueSettings("q", TimeSpan.FromMinutes(5), 3)], [Policy]);
        await using var broker = await BrokerServer.StartAsync(options, time, NullLogger.Instance);
        await using var queues = new ServiceBusJobQueues(broker.ConnectionString(Policy), TimeProvider.System, BrokerNamespace.OneTry);
        var queue = queues.Open("q");
        var message = new OutgoingMessage("a", "{}"u8.ToArray());
        await queue.SendAsync(message, TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromHours(2));

        // A message that crosses the broker's detach on the wire fails as a broken link; it is never taken, and the next one is told why.
        MessagingException problem;
        do
        {
            problem = await Assert.ThrowsAsync<MessagingException>(() => queue.SendAsync(message, TestContext.Current.CancellationToken));
        }
        while (problem.Failure == MessagingFailure.ConnectionBroken);

        Assert.Equal(MessagingFailure.NotAuthorized, problem.Failure);
    }

    private string Sign(string audience) =>
        SharedAccessSignature.Sign(audience, Policy.KeyName, Policy.Key, _time.GetUtcNow() + TimeSpan.FromHours(1)).ToString();

    private (AccessToken? Granted, string? Problem) Verify(string? token, string audience) =>
        new TokenVerifier([Policy], _time).Verify(SharedAccessSignature.TokenType, token, audience);
}
