using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace WrnCloud.LocalCloud.Tests.Broker;

/// <summary>Requests to a management node that no client of good will makes.</summary>
public sealed class BrokerRequestTests : IAsyncLifetime
{
    private BrokerNamespace _broker = null!;
    private RawClient _client = null!;

    private string Node => _broker.Queue + "/$management";

    public async ValueTask InitializeAsync()
    {
        _broker = await BrokerNamespace.StartAsync(TimeSpan.FromSeconds(30));
        _client = await RawClient.ConnectAsync(_broker.Server.Port);
        Assert.Equal(202, await _client.PutTokenAsync(_broker.Queue, BrokerNamespace.Root));
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData("com.microsoft:renew-lock", "lock-tokens")]
    [InlineData("com.microsoft:schedule-message", "messages")]
    public async Task List_OfOtherThingsThanItShould_IsAnswered(string operation, string name)
    {
        var request = new Message
        {
            ApplicationProperties = new ApplicationProperties { ["operation"] = operation },
            BodySection = new AmqpValue { Value = new Map { [name] = new List { null!, 1 } } },
        };

        var answer = await _client.RequestAsync(Node, request);

        Assert.Equal(400, answer.ApplicationProperties["statusCode"]);
    }

    [Fact]
    public async Task Requests_WithoutCreditForTheirAnswers_AreRefusedInTheEnd()
    {
        const int Most = 100;
        await _client.RequestWithoutCreditAsync(Node, Most);

        var problem = await Assert.ThrowsAsync<AmqpException>(() => _client.RequestWithoutCreditAsync(Node, Most + 1));

        Assert.Equal(ErrorCode.ResourceLimitExceeded, problem.Error.Condition.ToString());
    }
}
