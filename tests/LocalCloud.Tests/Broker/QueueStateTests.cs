using Microsoft.Extensions.Time.Testing;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Tests.Broker;

public sealed class QueueStateTests
{
    private static readonly byte[] Payload = [1, 2, 3];
    private static readonly QueueSettings Settings = new("jobs", TimeSpan.FromMinutes(5), MaxDeliveryCount: 3);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<IReadOnlyDictionary<string, object?>> _amended = [];

    [Fact]
    public void TryLock_TwoMessages_GoesByOrderAndSkipsTheLocked()
    {
        var queue = Create(Settings);
        queue.Enqueue(new IncomingMessage("a", Payload));
        queue.Enqueue(new IncomingMessage("b", Payload));

        Assert.Equal("a", queue.TryLock()?.MessageId);
        Assert.Equal("b", queue.TryLock()?.MessageId);
        Assert.Null(queue.TryLock());
        Assert.Equal(2, queue.Count);
        Assert.Equal(2, queue.LockedCount);
    }

    [Fact]
    public void TryLock_AfterAbandon_DeliversTheEarlierMessageFirst()
    {
        var queue = Create(Settings);
        queue.Enqueue(new IncomingMessage("a", Payload));
        queue.Enqueue(new IncomingMessage("b", Payload));
        queue.Abandon(Lock(queue));

        Assert.Equal("a", queue.TryLock()?.MessageId);
    }

    [Fact]
    public void Lock_OneTickBeforeItsEnd_StillSettles()
    {
        var queue = Create(Settings);
        queue.Enqueue(new IncomingMessage("a", Payload));
        var token = Lock(queue);
        _time.Advance(Settings.LockDuration - TimeSpan.FromMilliseconds(1));

        Assert.True(queue.Complete(token));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Lock_AtItsEnd_IsLostAndCountsAsADelivery()
    {
        var queue = Create(Settings);
        queue.Enqueue(new IncomingMessage("a", Payload));
        var token = Lock(queue);
        _time.Advance(Settings.LockDuration);

        Assert.False(queue.Complete(token));
        Assert.Null(queue.Renew(token));
        var again = queue.TryLock();
        Assert.Equal(1, again?.DeliveryCount);
        Assert.NotEqual(token, again?.Lock?.Token);
    }

    [Fact]
    public void Renew_LockedMessage_RunsFromNow()
    {
        var queue = Create(Settings);
        queue.Enqueue(new IncomingMessage("a", Payload));
        var token = Lock(queue);
        _time.Advance(TimeSpan.FromMinutes(4));

        Assert.Equal(_time.GetUtcNow() + Settings.LockDuration, queue.Renew(token));
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.True(queue.Complete(token));
    }

    [Fact]
    public void Advance_OneOfTwoLocksExpired_ReleasesOnlyThat()
    {
        var queue = Create(Settings);
        queue.Enqueue(new IncomingMessage("a", Payload));
        queue.Enqueue(new IncomingMessage("b", Payload));
        Lock(queue);
        _time.Advance(TimeSpan.FromMinutes(1));
        var second = Lock(queue);
        _time.Advance(TimeSpan.FromMinutes(4));

        queue.Advance();

        Assert.Equal(1, queue.LockedCount);
        Assert.True(queue.Complete(second));
    }

    [Fact]
    public void Release_LockedMessage_DoesNotCountAsADelivery()
    {
        var queue = Create(Settings);
        queue.Enqueue(new IncomingMessage("a", Payload));
        queue.Release(Lock(queue));

        Assert.Equal(0, queue.TryLock()?.DeliveryCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Delivery_FailsMaxDeliveryCountTimes_DeadLetters(bool byExpiry)
    {
        var queue = Create(Settings);
        queue.Enqueue(new IncomingMessage("a", Payload));
        for (var i = 0; i < Settings.MaxDeliveryCount; i++)
        {
            var token = Lock(queue);
            if (byExpiry)
            {
                _time.Advance(Settings.LockDuration);
            }
            else
            {
                queue.Abandon(token);
            }
        }

        Assert.Null(queue.TryLock());
        Assert.Equal(0, queue.Count);
        Assert.Equal(1, queue.DeadLetters!.Count);
        Assert.Equal("MaxDeliveryCountExceeded", Assert.Single(_amended)[DeadLetterReason.ReasonProperty]);
    }

    [Fact]
    public void DeadLetter_PropertiesThatCannotBeAdded_LeavesTheMessageLocked()
    {
        var queue = TestQueue.Create(Settings, _time, (_, _) => throw new FormatException("No such type."));
        queue.Enqueue(new IncomingMessage("a", Payload));
        var token = Lock(queue);

        Assert.Throws<FormatException>(() => queue.DeadLetter(token, new Dictionary<string, object?>()));

        Assert.Equal(1, queue.LockedCount);
        Assert.DoesNotContain(queue.TakeChanges(), c => c is QueueChange.Removed);
    }

    [Fact]
    public void DeadLetterQueue_AbandonedWithoutEnd_KeepsTheMessage()
    {
        var queue = Create(Settings);
        queue.Enqueue(new IncomingMessage("a", Payload));
        queue.DeadLetter(Lock(queue), new Dictionary<string, object?>());
        var dead = queue.DeadLetters!;
        for (var i = 0; i < Settings.MaxDeliveryCount * 3; i++)
        {
            Assert.True(dead.Abandon(Lock(dead)));
        }

        Assert.Equal(1, dead.Count);
        Assert.Null(dead.DeadLetters);
        Assert.Throws<InvalidOperationException>(() => dead.DeadLetter(Lock(dead), new Dictionary<string, object?>()));
    }

    [Theory]
    [InlineData(60, null, 60)]
    [InlineData(60, 30, 30)]
    [InlineData(30, 60, 30)]
    [InlineData(null, 45, 45)]
    public void TimeToLive_OfQueueAndMessage_TheShorterOneHolds(int? queueSeconds, int? messageSeconds, int expectedSeconds)
    {
        var queue = Create(Settings with { TimeToLive = Seconds(queueSeconds) });
        queue.Enqueue(new IncomingMessage("a", Payload, Seconds(messageSeconds)));
        _time.Advance(TimeSpan.FromSeconds(expectedSeconds - 1));
        queue.Advance();
        Assert.Equal(1, queue.Count);

        _time.Advance(TimeSpan.FromSeconds(1));
        queue.Advance();
        Assert.Equal(0, queue.Count);
        Assert.Equal(0, queue.DeadLetters!.Count);
    }

    [Fact]
    public void TimeToLive_EndsWhileLocked_ExpiresOnlyAfterTheLock()
    {
        var queue = Create(Settings with { TimeToLive = TimeSpan.FromMinutes(1), DeadLetterOnExpiration = true });
        queue.Enqueue(new IncomingMessage("a", Payload));
        var token = Lock(queue);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull(queue.Renew(token));
        Assert.Equal(1, queue.Count);

        queue.Abandon(token);

        Assert.Equal(0, queue.Count);
        Assert.Equal(1, queue.DeadLetters!.Count);
        Assert.Equal("TTLExpiredException", Assert.Single(_amended)[DeadLetterReason.ReasonProperty]);
    }

    [Fact]
    public void Enqueue_SameIdWithinTheWindow_IsDroppedAndAfterItIsTaken()
    {
        var queue = Create(Settings with { DuplicateWindow = TimeSpan.FromMinutes(5) });
        Assert.NotNull(queue.Enqueue(new IncomingMessage("a", Payload)));
        queue.Complete(Lock(queue));
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Null(queue.Enqueue(new IncomingMessage("a", Payload)));
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.NotNull(queue.Enqueue(new IncomingMessage("a", Payload)));
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public void Peek_FromTheMiddle_ShowsLockedOnesToo()
    {
        var queue = Create(Settings);
        foreach (var id in (string[])["a", "b", "c"])
        {
            queue.Enqueue(new IncomingMessage(id, Payload));
        }

        Lock(queue);

        Assert.Equal(["a", "b", "c"], queue.Peek(0, 10).Select(m => m.MessageId));
        Assert.Equal(["b"], queue.Peek(2, 1).Select(m => m.MessageId));
        Assert.Empty(queue.Peek(4, 10));
    }

    [Fact]
    public void NextDeadline_LockAndExpiry_IsTheEarlier()
    {
        var queue = Create(Settings);
        Assert.Equal(DateTimeOffset.MaxValue, queue.NextDeadline);
        queue.Enqueue(new IncomingMessage("a", Payload));
        Lock(queue);
        queue.Enqueue(new IncomingMessage("b", Payload, TimeSpan.FromMinutes(2)));

        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(2), queue.NextDeadline);
    }

    [Fact]
    public void TakeChanges_WholeLife_ListsEachStepOnce()
    {
        var queue = Create(Settings);
        queue.Enqueue(new IncomingMessage("a", Payload));
        var token = Lock(queue);
        queue.Renew(token);
        queue.DeadLetter(token, new Dictionary<string, object?>());

        var changes = queue.TakeChanges();

        Assert.Equal(
            [
                typeof(QueueChange.Added),
                typeof(QueueChange.Updated),
                typeof(QueueChange.Updated),
                typeof(QueueChange.Removed),
                typeof(QueueChange.Added),
            ],
            changes.Select(c => c.GetType()));
        Assert.Equal(["jobs", "jobs", "jobs", "jobs", "jobs/$DeadLetterQueue"], changes.Select(c => c.Queue));
        Assert.Empty(queue.TakeChanges());
    }

    [Fact]
    public void Restore_LockedMessage_KeepsItsLockUntilItsEnd()
    {
        var queue = Create(Settings);
        var until = _time.GetUtcNow() + TimeSpan.FromMinutes(3);
        var held = new MessageLock(Guid.Parse("11111111-2222-3333-4444-555555555555"), until);
        queue.Restore(8, [new QueueMessage(7, "a", Payload, _time.GetUtcNow(), DeliveryCount: 1, Lock: held)], []);

        Assert.Null(queue.TryLock());
        Assert.NotNull(queue.Renew(held.Token));
        _time.Advance(Settings.LockDuration);
        Assert.Equal(2, queue.TryLock()?.DeliveryCount);
        queue.Enqueue(new IncomingMessage("b", Payload));
        Assert.Equal(8, queue.TryLock()?.SequenceNumber);
    }

    private static TimeSpan? Seconds(int? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;

    private static Guid Lock(QueueState queue)
    {
        var message = queue.TryLock();
        Assert.NotNull(message?.Lock);
        return message.Lock.Token;
    }

    private QueueState Create(QueueSettings settings) => TestQueue.Create(
        settings,
        _time,
        (payload, properties) =>
        {
            _amended.Add(properties);
            return payload;
        });
}
