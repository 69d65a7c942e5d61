using Amqp;
using Amqp.Framing;
using Amqp.Types;
using WrnCloud.LocalCloud.Broker.Links;
using WrnCloud.LocalCloud.Broker.Queues;
using WrnCloud.Messaging;

namespace WrnCloud.LocalCloud.Tests.Broker;

/// <summary>What official clients do that our own does not: settle on the link, batch, prefetch, receive and delete.</summary>
public sealed class BrokerLinkTests : IAsyncLifetime
{
    private static readonly TimeSpan Nothing = TimeSpan.FromMilliseconds(200);

    private BrokerNamespace _broker = null!;
    private RawClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IJobQueue Queue => _broker.Connect().Open(_broker.Queue);

    private IJobQueue DeadLetters => _broker.Connect().Open(_broker.Queue + QueueNames.DeadLetterSuffix);

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

    [Fact]
    public async Task DotnetClient_OneCreditAtATime_GetsEveryMessage()
    {
        const int Messages = 50;
        await using var client = await RawClient.ConnectAsDotnetAsync(_broker.Server.Port);
        Assert.Equal(202, await client.PutTokenAsync(_broker.Queue, BrokerNamespace.Root));
        await Task.WhenAll(Enumerable.Range(0, Messages).Select(i => SendAsync($"m{i}")));

        // Addresses as paths, with their slash.
        var receiver = client.Receiver("/" + _broker.Queue);
        for (var i = 0; i < Messages; i++)
        {
            receiver.SetCredit(1, CreditMode.Manual);
            Assert.NotNull(await receiver.ReceiveAsync(RawClient.Wait));
        }
    }

    [Fact]
    public async Task Credit_WithdrawnAtOnce_CostsNoMessageAndNoDelivery()
    {
        const int Rounds = 300;
        for (var i = 0; i < Rounds; i++) await SendAsync($"m{i}");
        var receiver = _client.Receiver(_broker.Queue);

        // Between the two the broker may have locked a message for this link, but not sent it.
        var got = 0;
        for (var i = 0; i < Rounds; i++)
        {
            receiver.SetCredit(1, CreditMode.Manual);
            receiver.SetCredit(0, CreditMode.Manual);
            if (await receiver.ReceiveAsync(TimeSpan.FromMilliseconds(1)) is null) continue;
            got++;
        }

        Assert.False(receiver.IsClosed, receiver.Error?.ToString());
        for (; got < Rounds; got++) Assert.Equal(0u, (await ReceiveAsync(receiver)).Header.DeliveryCount);
    }

    [Fact]
    public async Task Ids_ThatAreBytes_AreDuplicatesOnlyWhenEqual()
    {
        var sender = _client.Sender(_broker.Queue);
        foreach (var id in (byte[][])[[1], [2], [1]])
        {
            var message = new Message { Properties = new Properties(), BodySection = new Data { Binary = id } };
            message.Properties.SetMessageId(id);
            await sender.SendAsync(message, RawClient.Wait);
        }

        Assert.Equal(2, (await Queue.PeekAsync(0, 10, Token)).Count);
    }

    [Fact]
    public async Task Accepted_OnTheLink_CompletesTheMessage()
    {
        await SendAsync("a");
        var receiver = _client.Receiver(_broker.Queue);
        receiver.Accept(await ReceiveAsync(receiver));

        await UntilAsync(counts => counts.Active == 0);
    }

    [Fact]
    public async Task Rejected_OnTheLink_DeadLettersWithReasonAndProperties()
    {
        await SendAsync("a");
        var receiver = _client.Receiver(_broker.Queue);
        var info = new Fields { [new Symbol("DeadLetterReason")] = "why", [new Symbol("DeadLetterErrorDescription")] = "because" };
        info[new Symbol("n")] = 7;
        receiver.Reject(await ReceiveAsync(receiver), new Error("com.microsoft:dead-letter") { Info = info });

        await UntilAsync(counts => counts is { Active: 0, DeadLettered: 1 });
        var told = Assert.Single(await DeadLetters.PeekAsync(0, 10, Token)).Properties;
        Assert.Equal(("why", "because", "7"), (told["DeadLetterReason"], told["DeadLetterErrorDescription"], told["n"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GivenBack_OnTheLink_ComesAgainAndCountsOnlyWhenModified(bool modified)
    {
        await SendAsync("a");
        var receiver = _client.Receiver(_broker.Queue);
        var first = await ReceiveAsync(receiver);
        if (modified)
        {
            receiver.Modify(first, deliveryFailed: true);
        }
        else
        {
            receiver.Release(first);
        }

        var second = await ReceiveAsync(receiver);
        Assert.Equal(modified ? 1u : 0u, second.Header.DeliveryCount);
        Assert.NotEqual(first.DeliveryTag, second.DeliveryTag);
    }

    [Fact]
    public async Task Detach_WithUnsettledDeliveries_KeepsTheirLocks()
    {
        await SendAsync("a");
        var receiver = _client.Receiver(_broker.Queue);
        await ReceiveAsync(receiver);
        await receiver.CloseAsync();

        Assert.Null(await Queue.ReceiveAsync(Nothing, Token));
        Assert.Equal([new QueueCount(_broker.Queue, 1, 1, 0)], await _broker.Server.CountAsync());
    }

    [Fact]
    public async Task Credit_LessThanTheMessages_IsNeverExceeded()
    {
        for (var i = 0; i < 5; i++)
        {
            await SendAsync($"m{i}");
        }

        var receiver = _client.Receiver(_broker.Queue);
        receiver.SetCredit(2, CreditMode.Manual);
        await UntilAsync(counts => counts.Locked == 2);
        await Task.Delay(Nothing, TimeProvider.System, Token);
        Assert.Equal(2, (await _broker.Server.CountAsync())[0].Locked);

        receiver.SetCredit(1, CreditMode.Manual);
        await UntilAsync(counts => counts.Locked == 3);
    }

    [Fact]
    public async Task Drain_EmptyQueueThenNewCredit_DeliversExactlyThat()
    {
        var receiver = _client.Receiver(_broker.Queue);
        for (var i = 0; i < 3; i++)
        {
            receiver.SetCredit(5, CreditMode.Drain);
            await Task.Delay(Nothing / 4, TimeProvider.System, Token);
        }

        await SendAsync("a");
        await SendAsync("b");
        await Task.Delay(Nothing / 2, TimeProvider.System, Token);
        Assert.Equal(0, (await _broker.Server.CountAsync())[0].Locked);

        receiver.SetCredit(1, CreditMode.Manual);
        Assert.Equal("a", (await receiver.ReceiveAsync(RawClient.Wait)).Properties.MessageId);
        Assert.Equal(1, (await _broker.Server.CountAsync())[0].Locked);
    }

    [Fact]
    public async Task SettledReceiver_TakesMessagesForGood()
    {
        await SendAsync("a");
        var receiver = _client.Receiver(_broker.Queue, settled: true);

        Assert.Equal("a", (await ReceiveAsync(receiver)).Properties.MessageId);
        Assert.Equal([new QueueCount(_broker.Queue, 0, 0, 0)], await _broker.Server.CountAsync());
    }

    [Fact]
    public async Task Batch_OfThree_BecomesThreeMessages()
    {
        var batch = new DataList();
        foreach (var id in (string[])["a", "b", "c"])
        {
            var encoded = new Message(id) { Properties = new Properties { MessageId = id } }.Encode();
            batch.Add(new Data { Binary = encoded.Buffer.AsSpan(encoded.Offset, encoded.Length).ToArray() });
        }

        await _client.Sender(_broker.Queue).SendAsync(new Message { BodySection = batch, Format = BrokerMessages.BatchFormat });

        Assert.Equal(["a", "b", "c"], (await Queue.PeekAsync(0, 10, Token)).Select(m => m.MessageId));
    }

    [Fact]
    public async Task Send_TooLargeOrMalformedBatch_IsRejectedAndStoresNothing()
    {
        var sender = _client.Sender(_broker.Queue);
        var large = new Message { BodySection = new Data { Binary = new byte[257 * 1024] } };
        var broken = new Message { BodySection = new Data { Binary = [1, 2, 3] }, Format = BrokerMessages.BatchFormat };

        var tooLarge = await Assert.ThrowsAsync<AmqpException>(() => sender.SendAsync(large));
        await Assert.ThrowsAsync<AmqpException>(() => sender.SendAsync(broken));

        Assert.Equal(ErrorCode.MessageSizeExceeded, tooLarge.Error.Condition.ToString());
        Assert.Equal([new QueueCount(_broker.Queue, 0, 0, 0)], await _broker.Server.CountAsync());
        await SendAsync("still-alive");
    }

    [Fact]
    public async Task Send_ScheduledForNoTime_IsRefusedAndStoresNothing()
    {
        var scheduled = new Message("x") { MessageAnnotations = new MessageAnnotations() };
        scheduled.MessageAnnotations[new Symbol("x-opt-scheduled-enqueue-time")] = "tomorrow";

        var problem = await Assert.ThrowsAsync<AmqpException>(() => _client.Sender(_broker.Queue).SendAsync(scheduled));

        Assert.Equal(ErrorCode.InvalidField, problem.Error.Condition.ToString());
        Assert.Equal(0, (await _broker.Server.CountAsync())[0].Active);
    }

    [Fact]
    public async Task Send_WithoutAnId_GetsOne()
    {
        await _client.Sender(_broker.Queue).SendAsync(new Message("x"));

        Assert.NotEmpty(Assert.Single(await Queue.PeekAsync(0, 1, Token)).MessageId);
    }

    [Fact]
    public async Task Attach_WithoutAToken_IsRefused()
    {
        await using var stranger = await RawClient.ConnectAsync(_broker.Server.Port);

        var problem = await Assert.ThrowsAsync<AmqpException>(() => stranger.Sender(_broker.Queue).SendAsync(new Message("x")));

        Assert.Equal(ErrorCode.UnauthorizedAccess, problem.Error.Condition.ToString());
    }

    [Fact]
    public async Task PutToken_WrongKey_Is401() =>
        Assert.Equal(401, await _client.PutTokenAsync(_broker.Queue, BrokerNamespace.Root with { Key = "other" }));

    [Theory]
    [InlineData("com.microsoft:get-rules", 501)]
    [InlineData("com.microsoft:schedule-message", 400)]
    [InlineData("com.microsoft:receive-by-sequence-number", 400)]
    [InlineData("com.microsoft:cancel-scheduled-message", 400)]
    [InlineData("com.microsoft:renew-lock", 400)]
    public async Task Management_UnknownOperationOrBadBody_IsAnswered(string operation, int expected)
    {
        var request = new Message
        {
            ApplicationProperties = new ApplicationProperties { ["operation"] = operation },
            BodySection = new AmqpValue { Value = new Map() },
        };

        var answer = await _client.RequestAsync(_broker.Queue + "/$management", request);

        Assert.Equal(expected, answer.ApplicationProperties["statusCode"]);
        Assert.NotNull(answer.ApplicationProperties["errorCondition"]);
    }

    private static async Task<Message> ReceiveAsync(ReceiverLink receiver)
    {
        receiver.SetCredit(1, CreditMode.Manual);
        var message = await receiver.ReceiveAsync(RawClient.Wait);
        Assert.NotNull(message);
        return message;
    }

    private Task SendAsync(string id) => _client.Sender(_broker.Queue).SendAsync(new Message("x") { Properties = new Properties { MessageId = id } });

    private async Task UntilAsync(Func<QueueCount, bool> condition)
    {
        for (var i = 0; i < 200 && !condition((await _broker.Server.CountAsync())[0]); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }

        Assert.True(condition((await _broker.Server.CountAsync())[0]));
    }
}
