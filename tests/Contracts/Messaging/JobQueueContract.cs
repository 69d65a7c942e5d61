using System.Text;
using WrnCloud.Messaging;

namespace WrnCloud.Contracts.Messaging;

/// <summary>What every implementation of <see cref="IJobQueue"/> does. Close it with a constructor that starts a namespace.</summary>
public abstract class JobQueueContract(Func<Task<IQueueNamespace>> start) : IAsyncLifetime
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(300);

    private IQueueNamespace _namespace = null!;
    private IJobQueues _queues = null!;
    private IJobQueue _queue = null!;

    private IJobQueue DeadLetters => _queues.Open(_namespace.Queue + QueueNames.DeadLetterSuffix);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _namespace = await start();
        _queues = _namespace.Connect();
        _queue = _queues.Open(_namespace.Queue);
    }

    public async ValueTask DisposeAsync()
    {
        await _queues.DisposeAsync();
        await _namespace.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Receive_MessageSent_HasEverythingThatWasSent()
    {
        var properties = new Dictionary<string, string> { ["traceparent"] = "00-aa-bb-01", ["empty"] = "" };
        await _queue.SendAsync(new OutgoingMessage(Id("job.1"), "{\"ü\":1}"u8.ToArray(), properties), Token);

        var delivery = await ReceiveAsync();

        Assert.Equal(Id("job.1"), delivery.MessageId);
        Assert.Equal("{\"ü\":1}", Encoding.UTF8.GetString(delivery.Body.Span));
        Assert.Equal(properties, delivery.Properties);
        Assert.Equal(1, delivery.DeliveryCount);
        Assert.NotEqual(Guid.Empty, delivery.LockToken);
        Assert.True(delivery.SequenceNumber > 0);
        Assert.InRange(delivery.LockedUntil - DateTimeOffset.UnixEpoch, TimeSpan.FromDays(365), TimeSpan.FromDays(100 * 365));
    }

    [Fact]
    public async Task Receive_EmptyQueue_ReturnsNullAndLeavesNoCreditBehind()
    {
        Assert.Null(await _queue.ReceiveAsync(ShortWait, Token));

        await SendAsync("job.1");

        // Credit left behind would have locked the message for nobody; then this waits for the lock to expire and counts 2.
        Assert.Equal(1, (await ReceiveAsync()).DeliveryCount);
    }

    [Fact]
    public async Task Receive_WhileWaiting_GetsWhatArrives()
    {
        var receiving = _queue.ReceiveAsync(Wait, Token);
        await SendAsync("job.1");

        Assert.Equal(Id("job.1"), (await receiving)?.MessageId);
    }

    [Fact]
    public async Task Receive_Cancelled_LeavesTheMessageForOthers()
    {
        // The link is there: while one is still opened, a message that comes late is given back, which counts as a delivery.
        Assert.Null(await _queue.ReceiveAsync(ShortWait, Token));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var receiving = _queue.ReceiveAsync(Wait, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);

        await SendAsync("job.1");

        Assert.Equal(1, (await ReceiveAsync()).DeliveryCount);
    }

    [Fact]
    public async Task Receive_SeveralMessages_ComeInOrderWithRisingSequenceNumbers()
    {
        for (var i = 0; i < 5; i++)
        {
            await SendAsync($"job.{i}");
        }

        var received = new List<IJobDelivery>();
        for (var i = 0; i < 5; i++)
        {
            received.Add(await ReceiveAsync());
        }

        Assert.Equal(Ids("job.0", "job.1", "job.2", "job.3", "job.4"), received.Select(d => d.MessageId));
        Assert.Equal(received.Select(d => d.SequenceNumber).Order().Distinct(), received.Select(d => d.SequenceNumber));
    }

    [Fact]
    public async Task Complete_LockedMessage_RemovesItForGood()
    {
        await SendAsync("job.1");
        await (await ReceiveAsync()).CompleteAsync(Token);

        Assert.Empty(await _queue.PeekAsync(0, 10, Token));
        Assert.Null(await _queue.ReceiveAsync(_namespace.LockDuration + ShortWait, Token));
    }

    [Fact]
    public async Task Complete_Twice_LosesTheLock()
    {
        await SendAsync("job.1");
        var delivery = await ReceiveAsync();
        await delivery.CompleteAsync(Token);

        await FailsAsync(MessagingFailure.LockLost, () => delivery.CompleteAsync(Token));
    }

    [Fact]
    public async Task Abandon_LockedMessage_ComesBackAtOnceWithANewLockAndHigherCount()
    {
        await SendAsync("job.1");
        var first = await ReceiveAsync();
        await first.AbandonAsync(Token);

        var second = await ReceiveAsync();

        Assert.Equal(2, second.DeliveryCount);
        Assert.NotEqual(first.LockToken, second.LockToken);
        Assert.Equal(first.SequenceNumber, second.SequenceNumber);
        await FailsAsync(MessagingFailure.LockLost, () => first.RenewAsync(Token));
    }

    [Fact]
    public async Task Lock_Expired_GivesTheMessageBackAndIsLost()
    {
        await SendAsync("job.1");
        var first = await ReceiveAsync();
        var second = await ReceiveAsync();

        Assert.Equal(2, second.DeliveryCount);
        await FailsAsync(MessagingFailure.LockLost, () => first.CompleteAsync(Token));
        await second.CompleteAsync(Token);
    }

    [Fact]
    public async Task Renew_Repeatedly_HoldsTheMessageBeyondItsLockDuration()
    {
        await SendAsync("job.1");
        var delivery = await ReceiveAsync();
        var before = delivery.LockedUntil;
        for (var i = 0; i < 4; i++)
        {
            Assert.Null(await _queue.ReceiveAsync(_namespace.LockDuration / 2, Token));
            Assert.Equal(await delivery.RenewAsync(Token), delivery.LockedUntil);
        }

        Assert.True(delivery.LockedUntil > before + _namespace.LockDuration);
        await delivery.CompleteAsync(Token);
    }

    [Fact]
    public async Task DeadLetter_LockedMessage_GoesToTheDeadLetterQueueWithItsReason()
    {
        await SendAsync("job.1");
        await (await ReceiveAsync()).DeadLetterAsync("no-such-job", "No job has this id.", Token);

        var dead = await DeadLetters.ReceiveAsync(Wait, Token);

        Assert.NotNull(dead);
        Assert.Equal(Id("job.1"), dead.MessageId);
        Assert.Equal("no-such-job", dead.Properties["DeadLetterReason"]);
        Assert.Equal("No job has this id.", dead.Properties["DeadLetterErrorDescription"]);
        await dead.CompleteAsync(Token);
        Assert.Empty(await DeadLetters.PeekAsync(0, 10, Token));
    }

    [Fact]
    public async Task Abandon_MaxDeliveryCountTimes_DeadLetters()
    {
        await SendAsync("job.1");
        for (var i = 0; i < _namespace.MaxDeliveryCount; i++)
        {
            await (await ReceiveAsync()).AbandonAsync(Token);
        }

        Assert.Null(await _queue.ReceiveAsync(ShortWait, Token));
        var dead = Assert.Single(await DeadLetters.PeekAsync(0, 10, Token));
        Assert.Equal("MaxDeliveryCountExceeded", dead.Properties["DeadLetterReason"]);
    }

    [Fact]
    public async Task Send_KnownMessageId_IsDroppedAsADuplicate()
    {
        await SendAsync("job.1");
        await SendAsync("job.1");
        await SendAsync("job.2");

        Assert.Equal(Ids("job.1", "job.2"), (await _queue.PeekAsync(0, 10, Token)).Select(m => m.MessageId));
    }

    [Fact]
    public async Task Peek_FromASequenceNumber_ShowsLockedAndWaitingMessagesWithoutLocking()
    {
        for (var i = 0; i < 4; i++)
        {
            await SendAsync($"job.{i}");
        }

        var locked = await ReceiveAsync();

        var all = await _queue.PeekAsync(0, 10, Token);
        Assert.Equal(Ids("job.0", "job.1", "job.2", "job.3"), all.Select(m => m.MessageId));
        Assert.Equal(locked.SequenceNumber, all[0].SequenceNumber);
        Assert.Equal(Ids("job.2"), (await _queue.PeekAsync(all[2].SequenceNumber, 1, Token)).Select(m => m.MessageId));
        Assert.Equal(Id("job.1"), (await ReceiveAsync()).MessageId);
    }

    [Fact]
    public async Task Send_LargestMessage_Passes_AndALargerOneIsRefused()
    {
        var large = new byte[200 * 1024];
        large.AsSpan().Fill(7);
        await _queue.SendAsync(new OutgoingMessage(Id("large"), large), Token);
        Assert.True((await ReceiveAsync()).Body.Span.SequenceEqual(large));

        var tooLarge = new OutgoingMessage("too-large", new byte[MessagingLimits.MaxMessageBytes]);
        await FailsAsync(MessagingFailure.MessageTooLarge, () => _queue.SendAsync(tooLarge, Token));
    }

    [Fact]
    public async Task Open_UnknownQueue_IsNotFoundForEveryOperation()
    {
        var unknown = _queues.Open("no-such-queue");
        await FailsAsync(MessagingFailure.EntityNotFound, () => unknown.SendAsync(new OutgoingMessage("a", "{}"u8.ToArray()), Token));
        await FailsAsync(MessagingFailure.EntityNotFound, () => unknown.ReceiveAsync(Wait, Token));
        await FailsAsync(MessagingFailure.EntityNotFound, () => unknown.PeekAsync(0, 1, Token));
    }

    [Fact]
    public async Task Lock_HolderDisconnects_LivesOn()
    {
        await SendAsync("job.1");
        await using (var other = _namespace.Connect())
        {
            Assert.NotNull(await other.Open(_namespace.Queue).ReceiveAsync(Wait, Token));
        }

        Assert.Null(await _queue.ReceiveAsync(_namespace.LockDuration / 4, Token));
        Assert.Equal(2, (await ReceiveAsync()).DeliveryCount);
    }

    [Fact]
    public async Task Receive_ManyReceivers_EachMessageGoesToOne()
    {
        var receivers = Enumerable.Range(0, 8).Select(_ => _queue.ReceiveAsync(Wait, Token)).ToArray();
        for (var i = 0; i < receivers.Length; i++)
        {
            await SendAsync($"job.{i}");
        }

        var received = await Task.WhenAll(receivers);

        Assert.Equal(receivers.Length, received.Select(d => d!.MessageId).Distinct().Count());
    }

    private static async Task FailsAsync(MessagingFailure failure, Func<Task> operation) =>
        Assert.Equal(failure, (await Assert.ThrowsAsync<MessagingException>(operation)).Failure);

    private string Id(string name) => _namespace.IdPrefix + name;

    private IEnumerable<string> Ids(params string[] names) => names.Select(Id);

    private Task SendAsync(string id) => _queue.SendAsync(new OutgoingMessage(Id(id), "{}"u8.ToArray()), Token);

    private async Task<IJobDelivery> ReceiveAsync()
    {
        var delivery = await _queue.ReceiveAsync(Wait, Token);
        Assert.NotNull(delivery);
        return delivery;
    }
}
