using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;

namespace WrnCloud.Messaging.ServiceBus;

/// <summary>One entity of <see cref="ServiceBusJobQueues"/>; the SDK retries and reconnects by itself, within the budget.</summary>
internal sealed class ServiceBusJobQueue : IJobQueue
{
    /// <summary>A wait is split into slices of this length, because a receive is never cancelled.</summary>
    private static readonly TimeSpan LongestSlice = TimeSpan.FromSeconds(1);

    /// <summary>The shortest slice: even a waiting message takes a moment to arrive.</summary>
    private static readonly TimeSpan ShortestSlice = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after its slice a receive may take to answer a cancelled caller.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly ServiceBusBudget _budget;
    private readonly TimeProvider _time;
    private readonly ServiceBusSender _sender;
    private readonly ServiceBusReceiver _receiver;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<Task, bool> _receives = new();
    private int _disposed;

    public ServiceBusJobQueue(ServiceBusClient client, string path, ServiceBusBudget budget, TimeProvider time)
    {
        Path = path;
        _budget = budget;
        _time = time;
        var dead = path.EndsWith(QueueNames.DeadLetterSuffix, StringComparison.OrdinalIgnoreCase);
        var queue = dead ? path[..^QueueNames.DeadLetterSuffix.Length] : path;
        var options = new ServiceBusReceiverOptions
        {
            ReceiveMode = ServiceBusReceiveMode.PeekLock,
            PrefetchCount = 0,
            SubQueue = dead ? SubQueue.DeadLetter : SubQueue.None,
        };
        _sender = client.CreateSender(queue);
        _receiver = client.CreateReceiver(queue, options);
    }

    public string Path { get; }

    public Task SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        ThrowIfDisposed();
        var outgoing = new ServiceBusMessage(message.Body) { MessageId = message.MessageId, ContentType = message.ContentType };
        foreach (var (name, value) in message.Properties ?? new Dictionary<string, string>())
        {
            outgoing.ApplicationProperties[name] = value;
        }

        return WithinBudgetAsync(token => _sender.SendMessageAsync(outgoing, token), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The SDK drops a message that arrives at the moment its receive is cancelled, and the message stays locked. A receive therefore always
    /// runs to its end; on cancellation this throws within about a second, or returns the message that arrived meanwhile.
    /// The SDK releases a message at once that arrives on an open link without a pending receive.
    /// </remarks>
    public async Task<IJobDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            ThrowIfDisposed();
            cancellationToken.ThrowIfCancellationRequested();
            var left = maxWait - _time.GetElapsedTime(started);
            var slice = left > LongestSlice ? LongestSlice : left < ShortestSlice ? ShortestSlice : left;
            if (await ReceiveSliceAsync(slice, cancellationToken) is { } message)
            {
                return new ServiceBusJobDelivery(this, message);
            }

            if (_time.GetElapsedTime(started) >= maxWait)
            {
                return null;
            }
        }
    }

    public async Task<IReadOnlyList<PeekedMessage>> PeekAsync(long fromSequenceNumber, int maxCount, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        var found = new List<PeekedMessage>();
        while (found.Count < maxCount)
        {
            // The broker may return fewer messages than requested; only an empty page means that there are no more.
            var from = found.Count == 0 ? fromSequenceNumber : found[^1].SequenceNumber + 1;
            var page = await WithinBudgetAsync(
                token => _receiver.PeekMessagesAsync(maxCount - found.Count, from, token), cancellationToken);
            if (page.Count == 0)
            {
                break;
            }

            found.AddRange(page.Select(m => new PeekedMessage(
                m.MessageId, ServiceBusJobDelivery.BodyOf(m), ServiceBusJobDelivery.Text(m), m.SequenceNumber, m.DeliveryCount, m.EnqueuedTime)));
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // A pending receive gets its message before its link closes, and abandons it.
        await _closing.CancelAsync();
        await Task.WhenAll(_receives.Keys).WaitAsync(LongestSlice + Grace, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(
            BoundedClose.CloseAsync(() => _sender.DisposeAsync(), _time),
            BoundedClose.CloseAsync(() => _receiver.DisposeAsync(), _time));
    }

    internal Task RenewAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken) =>
        WithinBudgetAsync(token => _receiver.RenewMessageLockAsync(message, token), cancellationToken);

    internal Task SettleAsync(Func<ServiceBusReceiver, CancellationToken, Task> settle, CancellationToken cancellationToken) =>
        WithinBudgetAsync(
            async token =>
            {
                try
                {
                    await settle(_receiver, token);
                }
                catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessageLockLost)
                {
                    // The SDK also reports a lost lock when the link broke before the reply. The second try settles by lock token and is right.
                    await settle(_receiver, token);
                }
            },
            cancellationToken);

    private async Task<ServiceBusReceivedMessage?> ReceiveSliceAsync(TimeSpan slice, CancellationToken cancellationToken)
    {
        var receiving = ReceiveOnceAsync(slice);
        _receives[receiving] = true;
        using var patience = new CancellationTokenSource(slice + _budget.Total, _time);
        await using var hurry = cancellationToken.UnsafeRegister(_ => patience.CancelAfter(slice + Grace), null);
        try
        {
            return await receiving.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // No link yet, or no reply any more. A message that arrives now has no receiver.
            _ = GiveBackAsync(receiving);
            cancellationToken.ThrowIfCancellationRequested();
            throw new MessagingException(MessagingFailure.ConnectionBroken, $"The broker did not answer in time for '{Path}'.");
        }
        finally
        {
            _receives.TryRemove(receiving, out _);
        }
    }

    private async Task<ServiceBusReceivedMessage?> ReceiveOnceAsync(TimeSpan slice)
    {
        var message = await WhileBrokenAsync(() => _receiver.ReceiveMessageAsync(slice, CancellationToken.None), _closing.Token);
        if (message is null || !_closing.IsCancellationRequested)
        {
            return message;
        }

        await AbandonAsync(message);
        throw new ObjectDisposedException(nameof(ServiceBusJobQueue));
    }

    private async Task GiveBackAsync(Task<ServiceBusReceivedMessage?> receiving)
    {
        try
        {
            if (await receiving is { } late)
            {
                await AbandonAsync(late);
            }
        }
        catch (Exception e) when (e is MessagingException or ObjectDisposedException)
        {
            // No message arrived.
        }
    }

    private async Task AbandonAsync(ServiceBusReceivedMessage message)
    {
        try
        {
            await _receiver.AbandonMessageAsync(message);
        }
        catch (Exception e) when (e is ServiceBusException or OperationCanceledException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // Its lock expires by itself.
        }
    }

    private Task<bool> WithinBudgetAsync(Func<CancellationToken, Task> operation, CancellationToken cancellationToken) => WithinBudgetAsync(
        async token =>
        {
            await operation(token);
            return true;
        },
        cancellationToken);

    private async Task<T> WithinBudgetAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(_budget.Total, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            // Not every step inside the SDK observes its token.
            return await WhileBrokenAsync(() => operation(both.Token).WaitAsync(both.Token), both.Token);
        }
        catch (OperationCanceledException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new MessagingException(
                MessagingFailure.ConnectionBroken, $"The broker did not answer within {_budget.Total.TotalSeconds} s for '{Path}'.", e);
        }
    }

    /// <summary>
    /// Retries an operation that the SDK reports as cancelled although nobody cancelled it, which means that the connection broke under it.
    /// </summary>
    private async Task<T> WhileBrokenAsync<T>(Func<Task<T>> operation, CancellationToken cancellationToken)
    {
        var pause = _budget.FirstPause;
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await ServiceBusFailures.TranslateAsync(operation);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                if (tries == _budget.Retries)
                {
                    throw new MessagingException(MessagingFailure.ConnectionBroken, $"The connection broke while working on '{Path}'.", e);
                }
            }

            await Task.Delay(pause, _time, cancellationToken);
            pause = pause * 2 < _budget.LongestPause ? pause * 2 : _budget.LongestPause;
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed != 0, this);
}
