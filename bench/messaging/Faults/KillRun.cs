using System.Collections.Concurrent;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.Messaging;
using WrnCloud.Messaging.ServiceBus;

namespace WrnCloud.MessagingBench.Faults;

/// <summary>
/// Kills the broker (SIGKILL) at random moments while senders and receivers work, and holds what they saw against the promises:
/// nothing acknowledged is lost, nothing completed comes back, no message is held by two.
/// </summary>
internal sealed class KillRun(string folder, int seed, int kills, TimeProvider clock) : IDisposable
{
    private const int Senders = 3;
    private const int Receivers = 8;

    // A receiver that draws this or more completes at once; all do while the queues are emptied.
    private const int Tidy = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, Life> _lives = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _sending = new();
    private readonly CancellationTokenSource _receiving = new();
    private int _sent;

    public async Task<Finding> RunAsync()
    {
        var random = new Random(seed);
        var broker = await BrokerHost.StartAsync(folder, clock, more: ["--lock-duration", "PT2S"]);
        var connection = broker.ConnectionString;
        var senders = Enumerable.Range(0, Senders).Select(i => SendAsync(connection)).ToList();
        var receivers = Enumerable.Range(0, Receivers).Select(i => ReceiveAsync(connection, QueueNames.TrainingJobs, new Random(seed + 1 + i)))
            .Append(ReceiveAsync(connection, QueueNames.TrainingJobs + QueueNames.DeadLetterSuffix, random: null))
            .ToList();
        for (var i = 0; i < kills; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 400)), clock);
            await broker.DisposeAsync();
            broker = await BrokerHost.StartAsync(folder, clock, broker.Port, "--lock-duration", "PT2S");
        }

        await _sending.CancelAsync();

        // A send that is being tried again may be acknowledged yet, and what it stored has to be received too.
        await Task.WhenAll(senders);
        var drained = await DrainAsync(broker);
        await _receiving.CancelAsync();
        await Task.WhenAll(receivers);
        await broker.DisposeAsync();
        return Judge(drained);
    }

    public void Dispose()
    {
        _sending.Dispose();
        _receiving.Dispose();
    }

    private Finding Judge(bool drained)
    {
        var faults = _lives.Values.Select(l => l.Fault()).OfType<string>().GroupBy(f => f).ToDictionary(g => g.Key, g => g.Count());
        int Of(string fault) => faults.GetValueOrDefault(fault);
        var outcome = $"{_lives.Values.Count(l => l.IsAcknowledged)} acknowledged, {_lives.Values.Sum(l => l.Deliveries)} deliveries; "
            + $"lost {Of("lost")}, returned after completion {Of("returned after its completion")}, held by two {Of("held by two")}"
            + (drained ? "" : "; the queue did not run empty");
        return new Finding("SIGKILL under load", $"{kills} kills, {Senders} senders, {Receivers} receivers", outcome, faults.Count == 0 && drained);
    }

    private async Task<bool> DrainAsync(BrokerHost broker)
    {
        using var counting = new BrokerAdminClient(broker.Admin, BrokerHost.Key, clock);
        var started = clock.GetTimestamp();
        while (clock.GetElapsedTime(started) < Patience)
        {
            var queues = await counting.CountAsync(CancellationToken.None);
            if (queues.All(q => q.Active + q.DeadLettered == 0)) return true;
            await Task.Delay(ShortWait, clock);
        }

        return false;
    }

    private async Task SendAsync(string connection)
    {
        await using var queues = new ServiceBusJobQueues(connection, clock);
        var queue = queues.Open(QueueNames.TrainingJobs);
        while (!_sending.IsCancellationRequested)
        {
            var id = $"message-{Interlocked.Increment(ref _sent)}";
            var life = _lives.GetOrAdd(id, _ => new Life());
            try
            {
                await queue.SendAsync(new OutgoingMessage(id, new byte[200]), CancellationToken.None);
                life.Acknowledge();
            }
            catch (MessagingException)
            {
                // It may be stored or not: nothing was promised.
            }

            await Task.Delay(Pause, clock);
        }
    }

    // With a random source now and then forgets a message, abandons it, or holds it longer than one lock.
    private async Task ReceiveAsync(string connection, string path, Random? random)
    {
        await using var queues = new ServiceBusJobQueues(connection, clock);
        var queue = queues.Open(path);
        while (!_receiving.IsCancellationRequested)
        {
            try
            {
                if (await queue.ReceiveAsync(ShortWait, _receiving.Token) is { } delivery)
                    await HandleAsync(delivery, _sending.IsCancellationRequested ? Tidy : random?.Next(100) ?? Tidy);
            }
            catch (MessagingException)
            {
                // The broker was away for longer than the adapter tries.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task HandleAsync(IJobDelivery delivery, int chance)
    {
        var life = _lives.GetOrAdd(delivery.MessageId, _ => new Life());
        var hold = life.Hold(clock.GetUtcNow(), delivery.LockedUntil);
        switch (chance)
        {
            case < 2:
                return;
            case < 8:
                life.LetGo(hold, Earlier(delivery));
                await delivery.AbandonAsync(CancellationToken.None);
                return;
            case < Tidy:
                await Task.Delay(TimeSpan.FromSeconds(1), clock);
                await delivery.RenewAsync(CancellationToken.None);
                life.LetGo(hold, delivery.LockedUntil);
                await Task.Delay(TimeSpan.FromSeconds(1.5), clock);
                break;
        }

        life.LetGo(hold, Earlier(delivery));
        try
        {
            await delivery.CompleteAsync(CancellationToken.None);
            life.Complete(clock.GetUtcNow());
        }
        catch (MessagingException)
        {
            life.Complete(at: null);
            throw;
        }
    }

    private DateTimeOffset Earlier(IJobDelivery delivery) => clock.GetUtcNow() < delivery.LockedUntil ? clock.GetUtcNow() : delivery.LockedUntil;
}
