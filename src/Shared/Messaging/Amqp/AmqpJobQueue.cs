using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace WrnCloud.Messaging.Amqp;

/// <summary>One entity of <see cref="AmqpJobQueues"/>.</summary>
internal sealed class AmqpJobQueue(AmqpJobQueues owner, string path) : IJobQueue
{
    /// <summary>A receive is asked for in slices, so that a long one refreshes its token in between.</summary>
    private static readonly TimeSpan LongestSlice = TimeSpan.FromMinutes(1);

    private volatile bool _disposed;

    public string Path => path;

    public async Task SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        ThrowIfDisposed();
        Message? first = AmqpMessages.Encode(message, path);
        await owner.RunAsync(
            path,
            async (connection, token) =>
            {
                // Encoded afresh when it is tried again: the library ties a message to the delivery that it went out with.
                await connection.SendAsync(path, Interlocked.Exchange(ref first, null) ?? AmqpMessages.Encode(message, path), token);
                return true;
            },
            cancellationToken);
    }

    public async Task<IJobDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        var started = owner.Time.GetTimestamp();
        while (true)
        {
            var message = await owner.RunAsync(
                path,
                (connection, token) =>
                {
                    var left = maxWait - owner.Time.GetElapsedTime(started);
                    var slice = left < TimeSpan.Zero ? TimeSpan.Zero : left < LongestSlice ? left : LongestSlice;
                    return connection.ReceiveAsync(path, slice, GiveBack, token);
                },
                cancellationToken);
            if (message is not null)
            {
                return ToDelivery(message);
            }

            if (owner.Time.GetElapsedTime(started) >= maxWait)
            {
                return null;
            }
        }
    }

    public async Task<IReadOnlyList<PeekedMessage>> PeekAsync(long fromSequenceNumber, int maxCount, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        var found = new List<PeekedMessage>();
        var from = fromSequenceNumber;
        while (found.Count < maxCount)
        {
            // A broker may answer with fewer messages than asked for; only 204 says that there are no more.
            var body = new Map { ["from-sequence-number"] = from, ["message-count"] = maxCount - found.Count };
            var answer = await ManageAsync("com.microsoft:peek-message", body, cancellationToken);
            if (answer is not AmqpValue { Value: Map map } || !map.TryGetValue("messages", out var list)
                || list is not System.Collections.IEnumerable messages)
            {
                return found;
            }

            var before = found.Count;
            foreach (var item in messages)
            {
                if (item is Map entry && entry.TryGetValue("message", out var encoded) && encoded is byte[] bytes)
                {
                    found.Add(AmqpMessages.Peeked(bytes));
                }
            }

            if (found.Count == before)
            {
                return found;
            }

            from = found[^1].SequenceNumber + 1;
        }

        return found;
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return ValueTask.CompletedTask;
    }

    internal async Task<DateTimeOffset> RenewAsync(Guid lockToken, CancellationToken cancellationToken)
    {
        var body = new Map { ["lock-tokens"] = new[] { lockToken } };
        var answer = await ManageAsync("com.microsoft:renew-lock", body, cancellationToken);
        return answer is AmqpValue { Value: Map map } && map.TryGetValue("expirations", out var value) && value is DateTime[] { Length: > 0 } times
            ? AmqpMessages.ToOffset(times[0])
            : throw new MessagingException(MessagingFailure.Refused, $"The broker renewed a lock on '{path}' without saying until when.");
    }

    internal async Task SettleAsync(
        Guid lockToken, string status, string? reason, string? description, CancellationToken cancellationToken)
    {
        var body = new Map { ["disposition-status"] = status, ["lock-tokens"] = new[] { lockToken } };
        if (reason is not null)
        {
            body["deadletter-reason"] = reason;
            body["deadletter-description"] = description ?? "";
        }

        await ManageAsync("com.microsoft:update-disposition", body, cancellationToken);
    }

    private Task<RestrictedDescribed?> ManageAsync(string operation, Map body, CancellationToken cancellationToken) =>
        owner.RunAsync(
            path,
            async (connection, token) =>
            {
                var (status, answer) = await connection.ManageAsync(path, operation, body, token);
                return status == 204 ? null : answer.BodySection;
            },
            cancellationToken);

    private AmqpJobDelivery ToDelivery(Message message) =>
        message.DeliveryTag is { Length: 16 } tag
            ? new AmqpJobDelivery(this, message, new Guid(tag))
            : throw new MessagingException(MessagingFailure.Refused, $"A delivery of '{path}' came without a lock token.");

    /// <summary>Gives back a message that arrived after its receive had ended; should that fail, its lock expires.</summary>
    private void GiveBack(Message message)
    {
        if (message.DeliveryTag is { Length: 16 } tag)
        {
            _ = SettleAsync(new Guid(tag), "abandoned", reason: null, description: null, CancellationToken.None)
                .ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
