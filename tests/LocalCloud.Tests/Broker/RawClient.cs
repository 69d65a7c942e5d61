using Amqp;
using Amqp.Framing;
using Amqp.Sasl;
using Amqp.Types;
using WrnCloud.LocalCloud.Broker.Access;

namespace WrnCloud.LocalCloud.Tests.Broker;

/// <summary>A client below the port: links and dispositions as other Service Bus clients use them.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private readonly Connection _connection;
    private readonly Session _session;
    private int _links;

    private RawClient(Connection connection, Session session) => (_connection, _session) = (connection, session);

    public static async Task<RawClient> ConnectAsync(int port)
    {
        var factory = new ConnectionFactory();
        factory.SASL.Profile = SaslProfile.Anonymous;
        var connection = await factory.CreateAsync(new Address("127.0.0.1", port, scheme: "amqp"));
        return new RawClient(connection, new Session(connection));
    }

    /// <summary>As the .NET SDK does, which knows the service's own SASL mechanism only.</summary>
    public static async Task<RawClient> ConnectAsDotnetAsync(int port)
    {
        var factory = new ConnectionFactory();
        factory.SASL.Profile = new ClaimsProfile();
        var connection = await factory.CreateAsync(new Address("127.0.0.1", port, scheme: "amqp"));
        return new RawClient(connection, new Session(connection));
    }

    /// <summary>Puts a token for <paramref name="path"/> and returns the status.</summary>
    public async Task<int> PutTokenAsync(string path, AccessPolicy policy)
    {
        var audience = $"sb://127.0.0.1/{path}";
        var expiry = TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1);
        var answer = await RequestAsync("$cbs", new Message(SharedAccessSignature.Sign(audience, policy.KeyName, policy.Key, expiry).ToString())
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["operation"] = "put-token",
                ["type"] = SharedAccessSignature.TokenType,
                ["name"] = audience,
            },
        });
        return (int)answer.ApplicationProperties["status-code"];
    }

    /// <summary>One request on links of its own; the reply link has no target address, as JavaScript clients' have none.</summary>
    public async Task<Message> RequestAsync(string node, Message request)
    {
        var name = $"reply-{++_links}";
        var receiver = new ReceiverLink(_session, name, new Attach { Source = new Source { Address = node }, Target = new Target() }, null);
        var sender = new SenderLink(_session, $"request-{_links}", node);
        request.Properties = new Properties { MessageId = name, ReplyTo = name };
        await sender.SendAsync(request, Wait);
        var answer = await receiver.ReceiveAsync(Wait);
        Assert.Equal(name, answer.Properties.CorrelationId);
        await sender.CloseAsync();
        await receiver.CloseAsync();
        return answer;
    }

    /// <summary>Requests one after another, for whose answers there is no credit; throws when one is refused.</summary>
    public async Task RequestWithoutCreditAsync(string node, int requests)
    {
        var name = $"reply-{++_links}";
        _ = new ReceiverLink(_session, name, new Attach { Source = new Source { Address = node }, Target = new Target() }, null);
        var sender = new SenderLink(_session, $"request-{_links}", node);
        for (var i = 0; i < requests; i++)
        {
            await sender.SendAsync(
                new Message
                {
                    Properties = new Properties { MessageId = $"{i}", ReplyTo = name },
                    ApplicationProperties = new ApplicationProperties { ["operation"] = "none" },
                },
                Wait);
        }
    }

    public SenderLink Sender(string path) => new(_session, $"sender-{++_links}", path);

    public ReceiverLink Receiver(string path, bool settled = false)
    {
        var attach = new Attach
        {
            Source = new Source { Address = path },
            Target = new Target(),
            SndSettleMode = settled ? SenderSettleMode.Settled : SenderSettleMode.Unsettled,
        };
        return new ReceiverLink(_session, $"receiver-{++_links}", attach, null);
    }

    public async ValueTask DisposeAsync() => await _connection.CloseAsync();

    private sealed class ClaimsProfile() : SaslProfile("MSSBCBS")
    {
        protected override ITransport UpgradeTransport(ITransport transport) => transport;

        protected override DescribedList GetStartCommand(string hostname) => new SaslInit { Mechanism = Mechanism };

        protected override DescribedList OnCommand(DescribedList command) => null!;
    }
}
