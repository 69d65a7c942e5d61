using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using WrnCloud.LocalCloud.Broker.Journal;
using WrnCloud.LocalCloud.Broker.Links;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>
/// The broker without its network: entities, journal, loop and clock. Members other than <see cref="Post"/>, <see cref="Act"/>,
/// <see cref="Find"/> and the connections belong to the loop.
/// </summary>
internal sealed class BrokerCore : IAsyncDisposable
{
    public const string LockLostCondition = "com.microsoft:message-lock-lost";
    public const string LockLostDescription = "The lock supplied is invalid. Either the lock expired, or the message has already been removed.";

    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly BrokerLoop _loop;
    private readonly BrokerStore _store;
    private readonly ITimer _timer;
    private readonly List<QueueState> _queues = [];
    private readonly Dictionary<string, BrokerEntity> _entities = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<ClientConnection, byte> _clients = new();
    private DateTimeOffset _scheduled = DateTimeOffset.MaxValue;

    public BrokerCore(BrokerOptions options, TimeProvider time, ILogger logger)
    {
        _time = time;
        _store = new BrokerStore(options.DataFolder);
        foreach (var settings in options.Queues)
        {
            var effective = options.LockDuration is { } duration ? settings with { LockDuration = duration } : settings;
            var state = new QueueState(effective, time, NewId, BrokerMessages.Amend);
            _store.Load(state);
            _queues.Add(state);
            _entities.Add(state.Path, new BrokerEntity(state, state));
            _entities.Add(state.DeadLetters!.Path, new BrokerEntity(state.DeadLetters, state));
        }

        _loop = new BrokerLoop(_store, logger);
        _timer = time.CreateTimer(_ => Post(Tick), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Post(Tick);
    }

    /// <summary>Faults when the journal fails; the broker can't be used after that.</summary>
    public Task Ended => _loop.Ended;

    public void Post(Action action) => _loop.Post(action);

    /// <summary>
    /// Runs the action for input from <paramref name="transport"/>, on whose reading thread this is called:
    /// at once, unless more input has already arrived, which can share its commit.
    /// </summary>
    public void Act(GatedTransport transport, Action action)
    {
        if (transport.HasMore) _loop.Post(action);
        else _loop.RunOrPost(action);
    }

    public BrokerEntity? Find(string path) => _entities.GetValueOrDefault(path);

    /// <summary>A random identifier: a lock token entitles its holder to settle, so that it must be unguessable.</summary>
    public Guid NewId() => new(RandomNumberGenerator.GetBytes(16));

    public void AddClient(ClientConnection client) => _clients.TryAdd(client, 0);

    public void RemoveClient(ClientConnection client) => _clients.TryRemove(client, out _);

    /// <summary>Message counts of each queue; <c>active</c> includes locked messages, as the scaler's ActiveMessageCount does.</summary>
    public Task<IReadOnlyList<QueueCount>> CountAsync() => _loop.AskAsync<IReadOnlyList<QueueCount>>(() =>
    {
        Advance();
        return [.. _queues.Select(Count)];

        static QueueCount Count(QueueState q) =>
            new(q.Path, q.Count - q.ScheduledCount, q.LockedCount, q.DeadLetters!.Count, q.DeferredCount, q.ScheduledCount);
    });

    /// <summary>Journals the changes of <paramref name="entity"/>, calls <paramref name="then"/> once they are durable, and moves on.</summary>
    public void Commit(BrokerEntity entity, Action? then)
    {
        Journal(entity.Root, then);
        Settled();
    }

    /// <summary>Delivers messages to receivers with credit; each is sent once its lock is durable.</summary>
    public void Pump(BrokerEntity entity)
    {
        var waiting = entity.Consumers.Count;
        while (waiting > 0 && entity.Consumers.First is { } first)
        {
            entity.Consumers.RemoveFirst();
            entity.Consumers.AddLast(first);
            var consumer = first.Value;
            if (!consumer.TryReserve())
            {
                waiting--;
                continue;
            }

            var message = consumer.DeletesOnReceive ? entity.State.TryTake() : entity.State.TryLock();
            if (message is null)
            {
                consumer.GiveUpReservation();
                break;
            }

            waiting = entity.Consumers.Count;
            Journal(entity.Root, () => Deliver(entity, consumer, message));
        }

        // Advancing the clock may have changed state even when nothing was delivered.
        Journal(entity.Root, then: null);
        foreach (var consumer in entity.Consumers)
        {
            consumer.TryFinishDrain();
        }

        Reschedule();
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _loop.DisposeAsync();
        _store.Dispose();
    }

    private void Deliver(BrokerEntity entity, DeliveryLink consumer, QueueMessage message)
    {
        if (consumer.Deliver(BrokerMessages.ForDelivery(message, entity.Path)))
        {
            consumer.TryFinishDrain();
            return;
        }

        if (consumer.IsClosed) entity.Consumers.Remove(consumer);
        if (message.Lock is { } held)
        {
            entity.State.Release(held.Token);
            Commit(entity, then: null);
        }
    }

    private void Journal(QueueState queue, Action? then) =>
        _store.Append(queue.TakeChanges(), then);

    /// <summary>A change to one queue may have made messages available in it or in its dead-letter queue.</summary>
    private void Settled()
    {
        foreach (var entity in _entities.Values)
        {
            if (entity.Consumers.Count > 0)
            {
                Pump(entity);
            }
        }

        Reschedule();
    }

    private void Tick()
    {
        _scheduled = DateTimeOffset.MaxValue;
        foreach (var client in _clients.Keys)
        {
            client.DropUnauthorized();
        }

        Advance();
    }

    private void Advance()
    {
        foreach (var entity in _entities.Values)
        {
            entity.State.Advance();
            Journal(entity.Root, then: null);
        }

        Settled();
    }

    /// <summary>Sets the timer for the next lock, message or token to expire.</summary>
    public void Reschedule()
    {
        var next = _time.GetUtcNow() + LongestSleep;
        foreach (var entity in _entities.Values)
        {
            next = entity.State.NextDeadline < next ? entity.State.NextDeadline : next;
        }

        foreach (var client in _clients.Keys)
        {
            var expiry = client.NextExpiry;
            next = expiry < next ? expiry : next;
        }

        if (next < _scheduled)
        {
            _scheduled = next;
            var wait = next - _time.GetUtcNow();
            _timer.Change(wait < ShortestSleep ? ShortestSleep : wait, Timeout.InfiniteTimeSpan);
        }
    }
}
