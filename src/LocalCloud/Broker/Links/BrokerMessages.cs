using Amqp;
using Amqp.Framing;
using Amqp.Types;
using WrnCloud.LocalCloud.Broker.Queues;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>Converts between stored payloads and AMQP messages with the annotations that Service Bus clients read.</summary>
internal static class BrokerMessages
{
    /// <summary>The message format of a batch: every data section is an encoded message.</summary>
    public const uint BatchFormat = 0x80013700;

    private static readonly Symbol ScheduledTime = "x-opt-scheduled-enqueue-time";

    /// <summary>Splits a message or batch from a client into messages to store. A message without an id gets one: lock renewal needs it.</summary>
    public static IReadOnlyList<IncomingMessage> Read(Message sent, Func<Guid> newId)
    {
        if (sent.Format != BatchFormat)
        {
            return [ReadOne(sent, newId)];
        }

        return sent.BodySection switch
        {
            Data data => [ReadOne(Decode(data.Binary), newId)],
            DataList list => [.. Enumerable.Range(0, list.Count).Select(i => ReadOne(Decode(list[i].Binary), newId))],
            _ => throw new AmqpException(ErrorCode.DecodeError, "A batch consists of data sections."),
        };
    }

    /// <summary>One encoded message, as a request to schedule carries it; throws <see cref="FormatException"/> for anything else.</summary>
    public static IncomingMessage ReadEncoded(object? value, Func<Guid> newId)
    {
        if (value is not byte[] bytes) throw new FormatException("A message to schedule must be binary.");
        Message message;
        try
        {
            message = Decode(bytes);
        }
        catch (Exception e)
        {
            // The exceptions that the decoder throws for arbitrary bytes are not documented.
            throw new FormatException($"A message to schedule cannot be decoded: {e.Message}", e);
        }

        return ReadOne(message, newId);
    }

    public static LockedMessage ForDelivery(QueueMessage stored, string queue)
    {
        var message = new LockedMessage(stored.Lock?.Token ?? Guid.Empty);
        Fill(message, stored, queue);
        return message;
    }

    /// <summary>The encoded message as a browser sees it.</summary>
    public static byte[] ForPeek(QueueMessage stored, string queue)
    {
        var message = new Message();
        Fill(message, stored, queue);
        return ToBytes(message);
    }

    /// <summary>A <see cref="PayloadAmender"/>.</summary>
    public static ReadOnlyMemory<byte> Amend(ReadOnlyMemory<byte> payload, IReadOnlyDictionary<string, object?> properties)
    {
        var message = Decode(payload.ToArray());
        message.ApplicationProperties ??= new ApplicationProperties();
        foreach (var (name, value) in properties)
        {
            message.ApplicationProperties[name] = value;
        }

        return ToBytes(message);
    }

    /// <summary>Decodes a message, also one within another, which has not been validated yet.</summary>
    /// <exception cref="AmqpException">It is not a valid message.</exception>
    public static Message Decode(byte[] bytes)
    {
        EncodedValues.Check(bytes);
        return Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length));
    }

    private static IncomingMessage ReadOne(Message message, Func<Guid> newId)
    {
        DateTimeOffset? scheduledFor = message.MessageAnnotations?.Map.TryGetValue(ScheduledTime, out var time) != true || time is null
            ? null
            : time is DateTime at
                ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc))
                : throw new AmqpException(ErrorCode.InvalidField, $"{ScheduledTime} is not a timestamp.");
        message.DeliveryAnnotations = null;
        message.Properties ??= new Properties();
        var id = message.Properties.GetMessageId();
        if (id is null)
        {
            id = newId().ToString("N");
            message.Properties.SetMessageId(id);
        }

        // Field 2 of the header is the time to live; absent, it reads as the largest number.
        TimeSpan? timeToLive = message.Header is { } header && header.HasField(2) ? TimeSpan.FromMilliseconds(header.Ttl) : null;
        // Ids of all types share one namespace, as in the service; binary ids have no text form, so hex is used.
        return new IncomingMessage(id is byte[] binary ? Convert.ToHexString(binary) : id.ToString()!, ToBytes(message), timeToLive, scheduledFor);
    }

    private static void Fill(Message message, QueueMessage stored, string queue)
    {
        var original = Decode(stored.Payload.ToArray());
        message.Header = original.Header ?? new Header();
        message.Header.DeliveryCount = (uint)stored.DeliveryCount;
        message.Properties = original.Properties;
        message.ApplicationProperties = original.ApplicationProperties;
        message.BodySection = original.BodySection;
        message.Footer = original.Footer;

        var annotations = original.MessageAnnotations ?? new MessageAnnotations();
        annotations[new Symbol("x-opt-sequence-number")] = stored.SequenceNumber;
        annotations[new Symbol("x-opt-enqueued-time")] = stored.EnqueuedAt.UtcDateTime;
        annotations[new Symbol("x-opt-message-state")] = (int)stored.State;
        if (stored.Lock is { } held)
        {
            annotations[new Symbol("x-opt-locked-until")] = held.Until.UtcDateTime;
        }

        if (queue.EndsWith(QueueState.DeadLetterSuffix, StringComparison.OrdinalIgnoreCase))
        {
            annotations[new Symbol("x-opt-deadletter-source")] = queue[..^QueueState.DeadLetterSuffix.Length];
        }

        message.MessageAnnotations = annotations;
    }

    private static byte[] ToBytes(Message message)
    {
        var buffer = message.Encode();
        return buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();
    }
}
