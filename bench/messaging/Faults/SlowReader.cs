using Amqp;
using Amqp.Framing;
using Amqp.Sasl;
using Azure.Messaging.ServiceBus;
using WrnCloud.LocalCloud.Broker.Access;
using WrnCloud.Messaging;

namespace WrnCloud.MessagingBench.Faults;

/// <summary>A receiver that asks for everything at once and then reads nothing: what it got stays its own, and others get the rest.</summary>
internal static class SlowReader
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    public static async Task<Finding> RunAsync(string folder, int credit, int more, TimeProvider clock)
    {
        await using var broker = await BrokerHost.StartAsync(folder, clock);
        await using var queues = broker.Connect(clock);
        var queue = queues.Open(QueueNames.TrainingJobs);
        for (var i = 0; i < credit + more; i++) await queue.SendAsync(new OutgoingMessage($"slow-{i}", new byte[16 * 1024]), CancellationToken.None);

        var factory = new ConnectionFactory();
        factory.SASL.Profile = SaslProfile.Anonymous;
        var slow = await factory.CreateAsync(new Address("127.0.0.1", broker.Port, scheme: "amqp"));
        var session = new Session(slow);
        await AuthoriseAsync(session, broker, clock);
        using var stuck = new ManualResetEventSlim();
        var receiver = new ReceiverLink(session, "slow", QueueNames.TrainingJobs);
        receiver.Start(credit, (_, _) => stuck.Wait(Wait));
        var served = 0;
        while (await queue.ReceiveAsync(TimeSpan.FromSeconds(2), CancellationToken.None) is { } delivery)
        {
            await delivery.CompleteAsync(CancellationToken.None);
            served++;
        }

        stuck.Set();
        await slow.CloseAsync();
        return new Finding(
            "slow reader", $"{credit} messages of 16 KiB for one that reads none", $"{served} of {more} others served meanwhile", served == more);
    }

    private static async Task AuthoriseAsync(Session session, BrokerHost broker, TimeProvider clock)
    {
        var connection = ServiceBusConnectionStringProperties.Parse(broker.ConnectionString);
        var audience = $"sb://{connection.Endpoint.Authority}/{QueueNames.TrainingJobs}";
        var token = SharedAccessSignature.Sign(
            audience, connection.SharedAccessKeyName, connection.SharedAccessKey, clock.GetUtcNow() + TimeSpan.FromHours(1));
        var answers = new ReceiverLink(session, "cbs-reply", new Attach { Source = new Source { Address = "$cbs" }, Target = new Target() }, null);
        var requests = new SenderLink(session, "cbs-request", "$cbs");
        await requests.SendAsync(new Message(token.ToString())
        {
            Properties = new Properties { MessageId = "1", ReplyTo = "cbs-reply" },
            ApplicationProperties = new ApplicationProperties
            {
                ["operation"] = "put-token",
                ["type"] = SharedAccessSignature.TokenType,
                ["name"] = audience,
            },
        });
        _ = await answers.ReceiveAsync(Wait) ?? throw new InvalidOperationException("The broker did not answer the token.");
    }
}
