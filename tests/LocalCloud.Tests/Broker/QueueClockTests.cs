using Microsoft.Extensions.Time.Testing;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Tests.Broker;

/// <summary>Clocks that jump.</summary>
public sealed class QueueClockTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly QueueSettings Settings = new("jobs", TimeSpan.FromMinutes(5), MaxDeliveryCount: 3);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Clock_SetBack_TheHolderKeepsItsMessageAndMaySettleIt()
    {
        var queue = Create();
        queue.Enqueue(new IncomingMessage("a", new byte[1]));
        var held = queue.TryLock()!.Lock!;
        _time.AdjustTime(_time.GetUtcNow() - Hour);

        Assert.Null(queue.TryLock());
        Assert.Equal(_time.GetUtcNow() + Settings.LockDuration, queue.Renew(held.Token));
        Assert.True(queue.Complete(held.Token));
    }

    [Fact]
    public void Clock_SetForward_TheLockEndsOnceAndNothingIsLost()
    {
        var queue = Create();
        queue.Enqueue(new IncomingMessage("a", new byte[1]));
        var held = queue.TryLock()!.Lock!;
        _time.AdjustTime(_time.GetUtcNow() + (100 * Hour));

        var again = queue.TryLock();

        Assert.Equal(("a", 1), (again!.MessageId, again.DeliveryCount));
        Assert.False(queue.Complete(held.Token));
    }

    [Fact]
    public void Clock_SetBack_DuplicatesAreStillKnownAndNewMessagesTaken()
    {
        var queue = Create(Settings with { DuplicateWindow = TimeSpan.FromMinutes(5) });
        queue.Enqueue(new IncomingMessage("a", new byte[1]));
        _time.AdjustTime(_time.GetUtcNow() - Hour);

        Assert.Null(queue.Enqueue(new IncomingMessage("a", new byte[1])));
        Assert.Equal(2, queue.Enqueue(new IncomingMessage("b", new byte[1])));
    }

    private QueueState Create(QueueSettings? settings = null) => TestQueue.Create(settings ?? Settings, _time);
}
