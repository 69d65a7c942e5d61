using System.Globalization;
using Azure.Messaging.ServiceBus;

namespace WrnCloud.Messaging.ServiceBus;

/// <summary>A message that the SDK received under a lock.</summary>
internal sealed class ServiceBusJobDelivery(ServiceBusReceiver receiver, ServiceBusReceivedMessage message) : IJobDelivery
{
    public string MessageId => message.MessageId;

    public ReadOnlyMemory<byte> Body => message.Body.ToMemory();

    public IReadOnlyDictionary<string, string> Properties { get; } = Text(message);

    public long SequenceNumber => message.SequenceNumber;

    public int DeliveryCount => message.DeliveryCount;

    public Guid LockToken { get; } = Guid.Parse(message.LockToken);

    public DateTimeOffset LockedUntil => message.LockedUntil;

    public static IReadOnlyDictionary<string, string> Text(ServiceBusReceivedMessage message) => message.ApplicationProperties.ToDictionary(
        p => p.Key, p => Convert.ToString(p.Value, CultureInfo.InvariantCulture) ?? "");

    public async Task<DateTimeOffset> RenewAsync(CancellationToken cancellationToken)
    {
        await ServiceBusFailures.TranslateAsync(() => receiver.RenewMessageLockAsync(message, cancellationToken));
        return message.LockedUntil;
    }

    public Task CompleteAsync(CancellationToken cancellationToken) =>
        ServiceBusFailures.TranslateAsync(() => receiver.CompleteMessageAsync(message, cancellationToken));

    public Task AbandonAsync(CancellationToken cancellationToken) =>
        ServiceBusFailures.TranslateAsync(() => receiver.AbandonMessageAsync(message, cancellationToken: cancellationToken));

    public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) =>
        ServiceBusFailures.TranslateAsync(() => receiver.DeadLetterMessageAsync(message, reason, description, cancellationToken));
}
