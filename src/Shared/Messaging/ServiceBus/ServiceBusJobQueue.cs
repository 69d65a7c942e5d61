using Azure.Messaging.ServiceBus;

namespace WrnCloud.Messaging.ServiceBus;

/// <summary>One entity of <see cref="ServiceBusJobQueues"/>; the SDK retries and reconnects by itself.</summary>
internal sealed class ServiceBusJobQueue : IJobQueue
{
    private readonly ServiceBusSender _sender;
    private readonly ServiceBusReceiver _receiver;

    public ServiceBusJobQueue(ServiceBusClient client, string path)
    {
        Path = path;
        var dead = path.EndsWith(QueueNames.DeadLetterSuffix, StringComparison.OrdinalIgnoreCase);
        var queue = dead ? path[..^QueueNames.DeadLetterSuffix.Length] : path;
        var options = new ServiceBusReceiverOptions { SubQueue = dead ? SubQueue.DeadLetter : SubQueue.None };
        _sender = client.CreateSender(queue);
        _receiver = client.CreateReceiver(queue, options);
    }

    public string Path { get; }

    public Task SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var outgoing = new ServiceBusMessage(message.Body) { MessageId = message.MessageId, ContentType = message.ContentType };
        foreach (var (name, value) in message.Properties ?? new Dictionary<string, string>())
        {
            outgoing.ApplicationProperties[name] = value;
        }

        return ServiceBusFailures.TranslateAsync(() => _sender.SendMessageAsync(outgoing, cancellationToken));
    }

    public async Task<IJobDelivery?> ReceiveAsync(TimeSpan maxWait, CancellationToken cancellationToken)
    {
        var received = await ServiceBusFailures.TranslateAsync(() => _receiver.ReceiveMessageAsync(maxWait, cancellationToken));
        return received is null ? null : new ServiceBusJobDelivery(_receiver, received);
    }

    public async Task<IReadOnlyList<PeekedMessage>> PeekAsync(long fromSequenceNumber, int maxCount, CancellationToken cancellationToken)
    {
        var found = new List<PeekedMessage>();
        while (found.Count < maxCount)
        {
            var from = found.Count == 0 ? fromSequenceNumber : found[^1].SequenceNumber + 1;
            var page = await ServiceBusFailures.TranslateAsync(
                () => _receiver.PeekMessagesAsync(maxCount - found.Count, from, cancellationToken));
            if (page.Count == 0)
            {
                break;
            }

            found.AddRange(page.Select(m => new PeekedMessage(
                m.MessageId, m.Body.ToMemory(), ServiceBusJobDelivery.Text(m), m.SequenceNumber, m.DeliveryCount, m.EnqueuedTime)));
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await _sender.DisposeAsync();
        await _receiver.DisposeAsync();
    }
}
