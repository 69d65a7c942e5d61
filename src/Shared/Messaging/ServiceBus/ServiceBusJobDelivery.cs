using System.Globalization;
using System.Text;
using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;

namespace WrnCloud.Messaging.ServiceBus;

/// <summary>A message that the SDK received under a lock.</summary>
internal sealed class ServiceBusJobDelivery(ServiceBusJobQueue queue, ServiceBusReceivedMessage message) : IJobDelivery
{
    public string MessageId => message.MessageId;

    public ReadOnlyMemory<byte> Body => BodyOf(message);

    public IReadOnlyDictionary<string, string> Properties { get; } = Text(message);

    public long SequenceNumber => message.SequenceNumber;

    public int DeliveryCount => message.DeliveryCount;

    public Guid LockToken { get; } = Guid.Parse(message.LockToken);

    public DateTimeOffset LockedUntil => message.LockedUntil;

    public static IReadOnlyDictionary<string, string> Text(ServiceBusReceivedMessage message) => message.ApplicationProperties.ToDictionary(
        p => p.Key, p => Convert.ToString(p.Value, CultureInfo.InvariantCulture) ?? "");

    public async Task<DateTimeOffset> RenewAsync(CancellationToken cancellationToken)
    {
        await queue.RenewAsync(message, cancellationToken);
        return message.LockedUntil;
    }

    public Task CompleteAsync(CancellationToken cancellationToken) =>
        queue.SettleAsync((receiver, token) => receiver.CompleteMessageAsync(message, token), cancellationToken);

    public Task AbandonAsync(CancellationToken cancellationToken) =>
        queue.SettleAsync((receiver, token) => receiver.AbandonMessageAsync(message, cancellationToken: token), cancellationToken);

    public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) =>
        queue.SettleAsync((receiver, token) => receiver.DeadLetterMessageAsync(message, reason, description, token), cancellationToken);

    /// <summary>
    /// The bytes of a message of any body type: the SDK reads data sections only and throws for the other types, which any authorised sender may
    /// use. A value that is neither text nor bytes gives an empty body.
    /// </summary>
    internal static ReadOnlyMemory<byte> BodyOf(ServiceBusReceivedMessage message)
    {
        var body = message.GetRawAmqpMessage().Body;
        if (body.BodyType == AmqpMessageBodyType.Data) return message.Body.ToMemory();
        return body.TryGetValue(out var value)
            ? value switch
            {
                byte[] bytes => bytes,
                string text => Encoding.UTF8.GetBytes(text),
                _ => ReadOnlyMemory<byte>.Empty,
            }
            : ReadOnlyMemory<byte>.Empty;
    }
}
