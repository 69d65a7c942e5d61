using Microsoft.Extensions.Time.Testing;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Tests.Broker;

/// <summary>Deferred and scheduled messages, and the queue's limits.</summary>
public sealed class QueueDeferralTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly QueueSettings Settings = new("jobs", 5 * Minute, MaxDeliveryCount: 3);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Defer_LockedMessage_HidesItFromReceiversButNotFromBrowsers()
    {
        var queue = Create(Settings);
        var number = Defer(queue, "a");

        Assert.Null(queue.TryLock());
        Assert.Equal(MessageState.Deferred, Assert.Single(queue.Peek(number, 1)).State);
        Assert.Equal((1, 1, 0), (queue.Count, queue.DeferredCount, queue.LockedCount));
    }

    [Fact]
    public void TryLockDeferred_ByNumber_LocksItAndItCanBeCompleted()
    {
        var queue = Create(Settings);
        var number = Defer(queue, "a");

        var message = Assert.Single(queue.TryLockDeferred([number])!);

        Assert.Equal(("a", 0), (message.MessageId, message.DeliveryCount));
        Assert.Null(queue.TryLockDeferred([number]));
        Assert.True(queue.Complete(message.Lock!.Token));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void TryLockDeferred_OneNumberIsNotDeferred_LocksNone()
    {
        var queue = Create(Settings);
        var deferred = Defer(queue, "a");
        var active = Enqueue(queue, "b");

        Assert.Null(queue.TryLockDeferred([deferred, active]));
        Assert.Null(queue.TryLockDeferred([99]));
        Assert.Equal(0, queue.LockedCount);
    }

    [Fact]
    public void TryTakeDeferred_ByNumber_RemovesIt()
    {
        var queue = Create(Settings);
        var number = Defer(queue, "a");

        Assert.Equal("a", Assert.Single(queue.TryTakeDeferred([number])!).MessageId);
        Assert.Equal(0, queue.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DeferredMessage_LockedAndGivenBack_StaysDeferredAndCounts(bool expired)
    {
        var queue = Create(Settings);
        var number = Defer(queue, "a");
        var held = queue.TryLockDeferred([number])![0].Lock!.Token;
        if (expired) _time.Advance(Settings.LockDuration);
        else Assert.True(queue.Abandon(held));

        Assert.Null(queue.TryLock());
        Assert.Equal(1, Assert.Single(queue.TryLockDeferred([number])!).DeliveryCount);
    }

    [Fact]
    public void DeferredMessage_BeyondItsTimeToLive_ExpiresWhenItIsAskedFor()
    {
        var queue = Create(Settings with { DeadLetterOnExpiration = true });
        var number = Defer(queue, "a", Minute);
        _time.Advance(2 * Minute);
        queue.Advance();
        Assert.Equal((1, 0), (queue.Count, queue.DeadLetters!.Count));

        Assert.Null(queue.TryLockDeferred([number]));

        Assert.Equal((0, 1), (queue.Count, queue.DeadLetters.Count));
        Assert.Equal("a", queue.DeadLetters.TryLock()?.MessageId);
    }

    [Fact]
    public void ScheduledMessage_UntilItsTime_IsSeenByBrowsersOnly()
    {
        var queue = Create(Settings);
        Schedule(queue, "a", Minute);
        Assert.Null(queue.TryLock());
        Assert.Equal(MessageState.Scheduled, Assert.Single(queue.Peek(0, 10)).State);
        Assert.Equal(_time.GetUtcNow() + Minute, queue.NextDeadline);
        _time.Advance(Minute - TimeSpan.FromMilliseconds(1));
        Assert.Null(queue.TryLock());

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("a", queue.TryLock()?.MessageId);
        Assert.Equal(0, queue.ScheduledCount);
    }

    [Fact]
    public void ScheduledMessage_WhenDue_JoinsTheEndUnderANewNumber()
    {
        var queue = Create(Settings);
        var scheduled = Schedule(queue, "a", Minute);
        Enqueue(queue, "b");
        _time.Advance(Minute);

        Assert.Equal("b", queue.TryLock()?.MessageId);
        var message = queue.TryLock();
        Assert.Equal(("a", scheduled + 2), (message!.MessageId, message.SequenceNumber));
        Assert.Equal(_time.GetUtcNow(), message.EnqueuedAt);
    }

    [Fact]
    public void ScheduledMessages_OverdueTogether_ComeInTheOrderOfTheirTimes()
    {
        var queue = Create(Settings);
        Schedule(queue, "late", 2 * Minute);
        Schedule(queue, "early", Minute);
        _time.Advance(5 * Minute);

        Assert.Equal("early", queue.TryLock()?.MessageId);
        Assert.Equal("late", queue.TryLock()?.MessageId);
    }

    [Fact]
    public void ScheduledMessage_TimeToLive_CountsFromItsTime()
    {
        var queue = Create(Settings);
        queue.Enqueue(new IncomingMessage("a", new byte[] { 1 }, Minute, _time.GetUtcNow() + (10 * Minute)));
        _time.Advance(10 * Minute);
        Assert.Equal("a", Assert.Single(queue.Peek(0, 1)).MessageId);

        _time.Advance(Minute);

        Assert.Empty(queue.Peek(0, 1));
    }

    [Fact]
    public void ScheduledMessage_TimeInThePast_IsActiveAtOnce()
    {
        var queue = Create(Settings);
        Schedule(queue, "a", -Minute);

        Assert.Equal("a", queue.TryLock()?.MessageId);
    }

    [Fact]
    public void CancelScheduled_AllOrNone()
    {
        var queue = Create(Settings);
        var (first, second) = (Schedule(queue, "a", Minute), Schedule(queue, "b", Minute));
        var active = Enqueue(queue, "c");

        Assert.False(queue.CancelScheduled([first, active]));
        Assert.Equal(2, queue.ScheduledCount);
        Assert.True(queue.CancelScheduled([first, second]));
        Assert.False(queue.CancelScheduled([first]));
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public void Restore_DeferredAndScheduled_AreWhatTheyWere()
    {
        var queue = Create(Settings);
        var now = _time.GetUtcNow();
        queue.Restore(
            3,
            [
                new QueueMessage(1, "deferred", new byte[] { 1 }, now, State: MessageState.Deferred),
                new QueueMessage(2, "scheduled", new byte[] { 1 }, now, State: MessageState.Scheduled, DueAt: now + Minute),
            ],
            []);

        Assert.Null(queue.TryLock());
        Assert.Equal("deferred", Assert.Single(queue.TryLockDeferred([1])!).MessageId);
        _time.Advance(Minute);
        Assert.Equal(3, queue.TryLock()?.SequenceNumber);
    }

    [Fact]
    public void HasRoomFor_CountsDeadLettersAndBytes()
    {
        var queue = Create(Settings with { MaxMessages = 2, MaxBytes = 10 });
        Assert.True(queue.HasRoomFor(2, 10));
        Assert.False(queue.HasRoomFor(3, 3));
        Assert.False(queue.HasRoomFor(1, 11));
        Enqueue(queue, "a");
        queue.DeadLetter(queue.TryLock()!.Lock!.Token, new Dictionary<string, object?>());

        Assert.True(queue.HasRoomFor(1, 9));
        Assert.False(queue.HasRoomFor(2, 2));
        Assert.False(queue.HasRoomFor(1, 10));
    }

    private static long Enqueue(QueueState queue, string id, TimeSpan? life = null) =>
        queue.Enqueue(new IncomingMessage(id, new byte[] { 1 }, life))!.Value;

    private static long Defer(QueueState queue, string id, TimeSpan? life = null)
    {
        Enqueue(queue, id, life);
        var message = queue.TryLock()!;
        Assert.True(queue.Defer(message.Lock!.Token));
        Assert.False(queue.Complete(message.Lock.Token));
        return message.SequenceNumber;
    }

    private long Schedule(QueueState queue, string id, TimeSpan wait) =>
        queue.Enqueue(new IncomingMessage(id, new byte[] { 1 }, ScheduledFor: _time.GetUtcNow() + wait))!.Value;

    private QueueState Create(QueueSettings settings) => TestQueue.Create(settings, _time);
}
