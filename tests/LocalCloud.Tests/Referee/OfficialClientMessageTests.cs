using System.Text;
using WrnCloud.LocalCloud.Broker.Queues;
using WrnCloud.Messaging;

namespace WrnCloud.LocalCloud.Tests.Referee;

/// <summary>What messages carry, how large a batch may be, and interop with our adapter.</summary>
public sealed class OfficialClientMessageTests(OfficialClient official) : OfficialClientTests(official)
{
    [Fact]
    public async Task Message_EveryProperty_RoundTrips()
    {
        await SendAsync(new
        {
            body = "text",
            messageId = "m-1",
            contentType = "text/plain",
            correlationId = "c-1",
            subject = "s",
            to = "t",
            replyTo = "r",
            timeToLive = 60_000,
            applicationProperties = new { text = "ä", number = 7, real = 1.5, yes = true },
        });

        var message = await OneAsync(await ReceiverAsync());

        Assert.Equal(("text", "m-1", "text/plain", "c-1"), ((string)message.Body!, message.MessageId, message.ContentType, message.CorrelationId));
        Assert.Equal(("s", "t", "r", 60_000), (message.Subject, message.To, message.ReplyTo, message.TimeToLive));
        var properties = message.ApplicationProperties!;
        Assert.Equal(
            ("ä", 7, 1.5, true), ((string)properties["text"]!, (int)properties["number"]!, (double)properties["real"]!, (bool)properties["yes"]!));
        Assert.InRange(
            message.EnqueuedAt!.Value,
            TimeProvider.System.GetUtcNow().AddMinutes(-1).ToUnixTimeMilliseconds(),
            TimeProvider.System.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds());
        Assert.Equal("active", message.State);
        Assert.True(Guid.TryParse(message.LockToken, out _));
    }

    [Fact]
    public async Task Batch_BeyondTheLimit_IsRefusedWhole()
    {
        await FailsAsync(
            "MessageSizeExceeded", () => CallAsync("sendLarge", new { client = Client, queue = Broker.Queue, bytes = 100 * 1024, count = 3 }));

        Assert.Empty(await Ours.PeekAsync(0, 10, Token));
    }

    [Fact]
    public async Task Interop_OursToOfficial_ArrivesWhole()
    {
        await Ours.SendAsync(
            new OutgoingMessage("job.1", "{\"ü\":1}"u8.ToArray(), new Dictionary<string, string> { ["traceparent"] = "00-aa-bb-01" }), Token);

        var message = await OneAsync(await ReceiverAsync());

        Assert.Equal("job.1", message.MessageId);
        Assert.Equal("00-aa-bb-01", (string)message.ApplicationProperties!["traceparent"]!);
        Assert.Equal(1, (int)message.Body!["ü"]!);
    }

    [Fact]
    public async Task Interop_OfficialToOurs_ArrivesWholeAndIsSettled()
    {
        await SendAsync(new { messageId = "job.1", body = "hello", applicationProperties = new { traceparent = "00-aa-bb-01", n = 5 } });

        var delivery = await Ours.ReceiveAsync(TimeSpan.FromSeconds(5), Token);

        Assert.NotNull(delivery);
        Assert.Equal(
            ("job.1", "00-aa-bb-01", "5", 1),
            (delivery.MessageId, delivery.Properties["traceparent"], delivery.Properties["n"], delivery.DeliveryCount));
        Assert.Contains("hello", Encoding.UTF8.GetString(delivery.Body.Span), StringComparison.Ordinal);
        await delivery.CompleteAsync(Token);
        Assert.Empty(await PeekAsync(await ReceiverAsync(), 10));
    }

    [Fact]
    public async Task Interop_DeadLetteredByOurs_TellsTheOfficialClientWhy()
    {
        await SendAsync("job.1");
        await (await Ours.ReceiveAsync(TimeSpan.FromSeconds(5), Token))!.DeadLetterAsync("no-such-job", "No job has this id.", Token);

        var dead = await OneAsync(await ReceiverAsync(deadLetters: true));

        Assert.Equal(
            ("no-such-job", "No job has this id.", Broker.Queue), (dead.DeadLetterReason, dead.DeadLetterErrorDescription, dead.DeadLetterSource));
    }

    [Fact]
    public async Task Count_ForTheScaler_IncludesLockedNotScheduled()
    {
        await SendAsync("a", "b", "c", "d");
        var receiver = await ReceiverAsync();
        var received = await ReceiveAsync(receiver, 3);
        await SettleAsync(receiver, received[0], "defer");
        await SettleAsync(receiver, received[1], "deadLetter");
        await ScheduleAsync(TimeProvider.System.GetUtcNow().AddHours(1), "e");

        Assert.Equal(
            [new QueueCount(Broker.Queue, Active: 3, Locked: 1, DeadLettered: 1, Deferred: 1, Scheduled: 1)], await Broker.Server.CountAsync());
    }
}
