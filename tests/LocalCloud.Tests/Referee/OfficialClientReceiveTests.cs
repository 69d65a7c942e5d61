using WrnCloud.LocalCloud.Tests.Broker;

namespace WrnCloud.LocalCloud.Tests.Referee;

/// <summary>Settlement, deferral, schedules, cuts. Locks, credit and browsing are held by the queue contract, over the .NET client.</summary>
public sealed class OfficialClientReceiveTests(OfficialClient official) : OfficialClientTests(official)
{
    [Fact]
    public async Task Receive_ClosedWhileWaiting_SwallowsNothing()
    {
        // Its link has to be there before it is closed: a client that is closed earlier goes on to open it.
        var receiver = await ReceiverAsync();
        Assert.Empty(await ReceiveAsync(receiver, wait: ShortWait));
        var waiting = ReceiveAsync(receiver, wait: 5000);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Token);
        await CallAsync("close", new { @object = receiver });
        await SendAsync("a");

        var next = await ReceiveAsync(await ReceiverAsync());
        Assert.Empty(await waiting);
        Assert.Equal(0, Assert.Single(next).DeliveryCount);
    }

    [Fact]
    public async Task Settle_EveryWay_DoesWhatItSays()
    {
        await SendAsync("complete", "abandon", "defer", "dead");
        var receiver = await ReceiverAsync();
        var received = await ReceiveAsync(receiver, 4);
        await SettleAsync(receiver, received[0], "complete");
        await SettleAsync(receiver, received[1], "abandon", new { why = "later" });
        await SettleAsync(receiver, received[2], "defer", new { why = "aside" });
        await SettleAsync(receiver, received[3], "deadLetter", new { extra = "x" }, "because", "of this");

        var again = await OneAsync(receiver);
        Assert.Equal(("abandon", "later", 1), (again.MessageId, (string)again.ApplicationProperties!["why"]!, again.DeliveryCount));
        Assert.NotEqual(received[1].LockToken, again.LockToken);
        var aside = Assert.Single(await DeferredAsync(receiver, received[2].SequenceNumber));
        Assert.Equal(("defer", "aside", 0), (aside.MessageId, (string)aside.ApplicationProperties!["why"]!, aside.DeliveryCount));
        var dead = await OneAsync(await ReceiverAsync(deadLetters: true));
        Assert.Equal(("dead", "because", "of this"), (dead.MessageId, dead.DeadLetterReason, dead.DeadLetterErrorDescription));
        Assert.Equal("x", (string)dead.ApplicationProperties!["extra"]!);
    }

    [Fact]
    public async Task Cut_WhileHolding_TheClientReconnectsAndSettles()
    {
        await using var proxy = new CuttingProxy(Broker.Server.Port);
        await SendAsync("a");
        var client = await OpenAsync(Connection.Replace($":{Broker.Server.Port};", $":{proxy.Port};", StringComparison.Ordinal));
        var receiver = await ReceiverAsync(client: client);
        var message = await OneAsync(receiver);

        proxy.Cut();
        await CallAsync("renew", new { receiver, message = message.Handle });
        await SettleAsync(receiver, message, "complete");

        Assert.Empty(await PeekAsync(receiver, 1));
    }

    [Fact]
    public async Task TimeToLive_Over_TheMessageIsGone()
    {
        await SendAsync(new { messageId = "a", body = "x", timeToLive = 500 });
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Token);

        Assert.Empty(await PeekAsync(await ReceiverAsync(), 10));
    }

    [Fact]
    public async Task Deferred_ByNumber_IsLockedSettledAndThenNotFound()
    {
        await SendAsync("a", "b");
        var receiver = await ReceiverAsync();
        var message = await OneAsync(receiver);
        await SettleAsync(receiver, message, "defer");
        Assert.Equal("deferred", (await PeekAsync(receiver, 1))[0].State);
        Assert.Equal("b", (await OneAsync(receiver)).MessageId);

        var deferred = Assert.Single(await DeferredAsync(receiver, message.SequenceNumber));
        await SettleAsync(receiver, deferred, "complete");

        await FailsAsync("MessageNotFound", () => DeferredAsync(receiver, message.SequenceNumber));
    }

    [Fact]
    public async Task Scheduled_UntilItsTime_IsHiddenAndCanBeCancelled()
    {
        var now = TimeProvider.System.GetUtcNow();
        var later = await ScheduleAsync(now.AddHours(1), "later");
        await ScheduleAsync(now.AddHours(-1), "past");
        var receiver = await ReceiverAsync();

        await SettleAsync(receiver, await OneAsync(receiver), "complete");
        Assert.Empty(await ReceiveAsync(receiver, wait: ShortWait));
        Assert.Equal(("later", "scheduled"), await PeekAsync(receiver, 1) is [var hidden] ? (hidden.MessageId, hidden.State) : default);
        await ScheduleAsync(TimeProvider.System.GetUtcNow().AddSeconds(1), "soon");
        await CallAsync("cancel", new { client = Client, queue = Broker.Queue, sequenceNumbers = later });
        Assert.Equal("soon", (await OneAsync(receiver)).MessageId);
        await FailsAsync("MessageNotFound", () => CallAsync("cancel", new { client = Client, queue = Broker.Queue, sequenceNumbers = later }));
    }

    [Fact]
    public async Task Scheduled_InAnOrdinarySend_IsHiddenToo()
    {
        await SendAsync(new { messageId = "a", body = "x", scheduledEnqueueTimeUtc = TimeProvider.System.GetUtcNow().AddHours(1).UtcDateTime });

        var receiver = await ReceiverAsync();
        Assert.Empty(await ReceiveAsync(receiver, wait: ShortWait));
        Assert.NotNull(Assert.Single(await PeekAsync(receiver, 1)).ScheduledFor);
    }

    [Fact]
    public async Task ReceiveAndDelete_Received_IsGone()
    {
        await SendAsync("a", "b");
        var receiver = await ReceiverAsync("receiveAndDelete");

        Assert.Equal("a", (await OneAsync(receiver)).MessageId);
        Assert.Equal(["b"], (await PeekAsync(receiver, 10)).Select(m => m.MessageId));
    }

    [Fact]
    public async Task Process_LongerThanALock_IsRenewedAndDeliveredOnce()
    {
        await SendAsync("a", "b", "c", "d");

        var outcome = await CallAsync(
            "process", new { client = Client, queue = Broker.Queue, count = 4, concurrency = 2, work = 3000, renewal = 60_000 });

        Assert.Equal(["a", "b", "c", "d"], outcome!["done"]!.AsArray().Select(d => (string)d!["messageId"]!).Order());
        Assert.All(outcome["done"]!.AsArray(), d => Assert.Equal(0, (int)d!["deliveryCount"]!));
        Assert.Empty(outcome["errors"]!.AsArray());
        Assert.Empty(await PeekAsync(await ReceiverAsync(), 10));
    }
}
