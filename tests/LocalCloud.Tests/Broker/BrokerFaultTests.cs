using System.Net;
using System.Net.Sockets;
using WrnCloud.LocalCloud.Broker.Queues;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.LocalCloud.Tests.Broker;

/// <summary>Connections that break, brokers that restart, identities that do not fit.</summary>
public sealed class BrokerFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    private BrokerNamespace _broker = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _broker = await BrokerNamespace.StartAsync(TimeSpan.FromSeconds(30));

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Cut_WhileAMessageIsHeld_RenewsAndCompletesByToken()
    {
        await using var proxy = new CuttingProxy(_broker.Server.Port);
        var queue = _broker.Connect(Through(proxy)).Open(_broker.Queue);
        await queue.SendAsync(Message("job.1"), Token);
        var delivery = await queue.ReceiveAsync(Wait, Token);
        Assert.NotNull(delivery);

        proxy.Cut();
        var renewed = await delivery.RenewAsync(Token);
        proxy.Cut();
        await delivery.CompleteAsync(Token);

        Assert.True(renewed > DateTimeOffset.UnixEpoch);
        Assert.Empty(await queue.PeekAsync(0, 10, Token));
    }

    [Fact]
    public async Task Cut_WhileReceiving_StillReceives()
    {
        await using var proxy = new CuttingProxy(_broker.Server.Port);
        var queue = _broker.Connect(Through(proxy)).Open(_broker.Queue);
        await queue.SendAsync(Message("job.1"), Token);
        await (await queue.ReceiveAsync(Wait, Token))!.CompleteAsync(Token);
        var receiving = queue.ReceiveAsync(Wait, Token);

        proxy.Cut();
        await queue.SendAsync(Message("job.2"), Token);

        var delivery = await receiving;
        Assert.Equal("job.2", delivery?.MessageId);
        Assert.Equal(1, delivery?.DeliveryCount);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Cut_AfterAnyNumberOfBytes_TheMessageIsDoneInTheEnd()
    {
        await using var broker = await BrokerNamespace.StartAsync(TimeSpan.FromSeconds(1));
        await using var proxy = new CuttingProxy(broker.Server.Port);
        var random = new Random(5);
        var connection = broker.Server.ConnectionString(BrokerNamespace.Root)
            .Replace($":{broker.Server.Port};", $":{proxy.Port};", StringComparison.Ordinal);
        for (var i = 0; i < 40; i++)
        {
            // A client of its own says about 4,000 bytes from its first to its last.
            await using var queues = broker.Connect(connection);
            var queue = queues.Open(broker.Queue);
            proxy.CutAfter(random.Next(1, 4000));
            await queue.SendAsync(Message($"job.{i}"), Token);
            var delivery = await queue.ReceiveAsync(Wait, Token);
            Assert.Equal($"job.{i}", delivery?.MessageId);
            try
            {
                await delivery!.RenewAsync(Token);
                await delivery.CompleteAsync(Token);
            }
            catch (MessagingException e) when (e.Failure == MessagingFailure.LockLost)
            {
                // It was done and the answer was cut off, or the lock ended during the break: then it comes back.
                if (await queue.ReceiveAsync(TimeSpan.FromSeconds(2), Token) is { } again) await again.CompleteAsync(Token);
            }

            Assert.Empty(await queue.PeekAsync(0, 1, Token));
        }
    }

    [Fact]
    public async Task Restart_WithLockedAndWaitingMessages_KeepsLocksOrderAndIds()
    {
        var queue = _broker.Connect().Open(_broker.Queue);
        await queue.SendAsync(Message("job.1"), Token);
        await queue.SendAsync(Message("job.2"), Token);
        var held = await queue.ReceiveAsync(Wait, Token);

        await _broker.RestartAsync();
        await queue.SendAsync(Message("job.2"), Token);
        await queue.SendAsync(Message("job.3"), Token);

        Assert.Equal(["job.1", "job.2", "job.3"], (await queue.PeekAsync(0, 10, Token)).Select(m => m.MessageId));
        Assert.Equal("job.2", (await queue.ReceiveAsync(Wait, Token))?.MessageId);
        Assert.NotNull(held);
        await held.RenewAsync(Token);
        await held.CompleteAsync(Token);
        Assert.Equal(["job.2", "job.3"], (await queue.PeekAsync(0, 10, Token)).Select(m => m.MessageId));
    }

    [Fact]
    public async Task Broker_NotThere_FailsAsConnectionBrokenWithinTheBudget()
    {
        using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        var nowhere = _broker.Server.ConnectionString(BrokerNamespace.Root)
            .Replace($":{_broker.Server.Port};", $":{port};", StringComparison.Ordinal);
        var queue = _broker.Connect(nowhere, ServiceBusBudget.Request).Open(_broker.Queue);

        await FailsAsync(MessagingFailure.ConnectionBroken, () => queue.SendAsync(Message("job.1"), Token));
    }

    [Fact]
    public async Task Receive_RefusedAgainAndAgain_LeavesNoSessionBehind()
    {
        var nowhere = _broker.Connect().Open("no-such-queue");

        // More often than one connection can have sessions.
        for (var i = 0; i < 300; i++) await FailsAsync(MessagingFailure.EntityNotFound, () => nowhere.ReceiveAsync(Wait, Token));
    }

    [Fact]
    public async Task Connect_WrongKey_IsNotAuthorized()
    {
        var queue = _broker.Connect(_broker.Server.ConnectionString(BrokerNamespace.Root with { Key = "d3Jvbmc=" }), BrokerNamespace.OneTry)
            .Open(_broker.Queue);

        await FailsAsync(MessagingFailure.NotAuthorized, () => queue.SendAsync(Message("job.1"), Token));
        await FailsAsync(MessagingFailure.NotAuthorized, () => queue.ReceiveAsync(Wait, Token));
        await FailsAsync(MessagingFailure.NotAuthorized, () => queue.PeekAsync(0, 1, Token));
    }

    [Fact]
    public async Task Connect_KeyWithOneRight_MayDoOnlyThat()
    {
        var sender = _broker.Connect(_broker.Server.ConnectionString(BrokerNamespace.SendOnly), BrokerNamespace.OneTry).Open(_broker.Queue);
        var listener = _broker.Connect(_broker.Server.ConnectionString(BrokerNamespace.ListenOnly), BrokerNamespace.OneTry).Open(_broker.Queue);

        await sender.SendAsync(Message("job.1"), Token);
        await FailsAsync(MessagingFailure.NotAuthorized, () => sender.ReceiveAsync(Wait, Token));
        await FailsAsync(MessagingFailure.NotAuthorized, () => listener.SendAsync(Message("job.2"), Token));
        await (await listener.ReceiveAsync(Wait, Token))!.CompleteAsync(Token);
    }

    [Fact]
    public async Task Connect_TwentyFiveAtOnce_AllAreServed()
    {
        var ids = Enumerable.Range(0, 25).Select(i => $"job.{i}").ToArray();

        await Task.WhenAll(ids.Select(id => _broker.Connect().Open(_broker.Queue).SendAsync(Message(id), Token)))
            .WaitAsync(Wait, TimeProvider.System, Token);

        var there = await _broker.Connect().Open(_broker.Queue).PeekAsync(0, 100, Token);
        Assert.Equal(ids.Order(), there.Select(m => m.MessageId).Order());
    }

    [Fact]
    public async Task Counts_LockedWaitingAndDead_ActiveIncludesTheLocked()
    {
        var queue = _broker.Connect().Open(_broker.Queue);
        for (var i = 0; i < 4; i++)
        {
            await queue.SendAsync(Message($"job.{i}"), Token);
        }

        await (await queue.ReceiveAsync(Wait, Token))!.DeadLetterAsync("test", "test", Token);
        await queue.ReceiveAsync(Wait, Token);

        Assert.Equal([new QueueCount(_broker.Queue, Active: 3, Locked: 1, DeadLettered: 1)], await _broker.Server.CountAsync());
    }

    private static OutgoingMessage Message(string id) => new(id, "{}"u8.ToArray());

    private static async Task FailsAsync(MessagingFailure failure, Func<Task> operation) =>
        Assert.Equal(failure, (await Assert.ThrowsAsync<MessagingException>(operation)).Failure);

    private string Through(CuttingProxy proxy) => _broker.Server.ConnectionString(BrokerNamespace.Root)
        .Replace($":{_broker.Server.Port};", $":{proxy.Port};", StringComparison.Ordinal);
}
