using System.Globalization;
using System.Text;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace WrnCloud.Messaging.Amqp;

/// <summary>Between the port's messages and AMQP's. Numbers change width between clients, so they are converted, never cast.</summary>
internal static class AmqpMessages
{
    public const string SequenceNumber = "x-opt-sequence-number";
    public const string EnqueuedTime = "x-opt-enqueued-time";
    public const string LockedUntil = "x-opt-locked-until";

    public static Message Encode(OutgoingMessage outgoing, string path)
    {
        if (outgoing.MessageId.Length is 0 or > MessagingLimits.MaxMessageIdLength)
        {
            throw new MessagingException(
                MessagingFailure.Refused, $"A message id has 1 to {MessagingLimits.MaxMessageIdLength} characters, not {outgoing.MessageId.Length}.");
        }

        var message = new Message
        {
            Header = new Header { Durable = true },
            Properties = new Properties { MessageId = outgoing.MessageId, ContentType = outgoing.ContentType },
            BodySection = new Data { Binary = outgoing.Body.ToArray() },
        };
        if (outgoing.Properties is { Count: > 0 } properties)
        {
            message.ApplicationProperties = new ApplicationProperties();
            foreach (var (name, value) in properties)
            {
                message.ApplicationProperties[name] = value;
            }
        }

        // The exact size takes encoding it, which sending does again.
        if (SizeAtMost(outgoing) <= MessagingLimits.MaxMessageBytes) return message;
        var size = message.Encode().Length;
        return size <= MessagingLimits.MaxMessageBytes
            ? message
            : throw new MessagingException(
                MessagingFailure.MessageTooLarge, $"The message has {size} bytes, '{path}' takes {MessagingLimits.MaxMessageBytes}.");
    }

    /// <summary>No fewer bytes than the encoded message has: a character takes at most three in UTF-8, and the codes around each part a few.</summary>
    private static long SizeAtMost(OutgoingMessage outgoing)
    {
        const int Around = 1024, AroundProperty = 16, BytesPerCharacter = 3;
        var size = Around + (long)outgoing.Body.Length + (BytesPerCharacter * (outgoing.ContentType?.Length ?? 0));
        return size + (outgoing.Properties?.Sum(p => AroundProperty + (BytesPerCharacter * ((long)p.Key.Length + p.Value.Length))) ?? 0);
    }

    public static ReadOnlyMemory<byte> Body(Message message) => message.BodySection switch
    {
        Data data => data.Binary,
        DataList list => Concatenate(list),
        AmqpValue { Value: byte[] bytes } => bytes,
        AmqpValue { Value: string text } => Encoding.UTF8.GetBytes(text),
        _ => ReadOnlyMemory<byte>.Empty,
    };

    public static IReadOnlyDictionary<string, string> Properties(Message message)
    {
        var result = new Dictionary<string, string>();
        if (message.ApplicationProperties is { } properties)
        {
            foreach (var (name, value) in properties.Map)
            {
                result[name.ToString()!] = value switch
                {
                    null => "",
                    DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
                    IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
                    _ => value.ToString() ?? "",
                };
            }
        }

        return result;
    }

    public static string MessageId(Message message) => message.Properties?.GetMessageId()?.ToString() ?? "";

    public static long Sequence(Message message) =>
        Annotation(message, SequenceNumber) is { } value ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : 0;

    public static DateTimeOffset Time(Message message, string annotation) =>
        Annotation(message, annotation) is DateTime time ? ToOffset(time) : DateTimeOffset.MinValue;

    public static DateTimeOffset ToOffset(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc), TimeSpan.Zero);

    public static PeekedMessage Peeked(byte[] encoded)
    {
        var message = Message.Decode(new ByteBuffer(encoded, 0, encoded.Length, encoded.Length));
        return new PeekedMessage(
            MessageId(message), Body(message), Properties(message), Sequence(message),
            (int)(message.Header?.DeliveryCount ?? 0), Time(message, EnqueuedTime));
    }

    private static object? Annotation(Message message, string name) =>
        message.MessageAnnotations?.Map is { } map && map.TryGetValue(new Symbol(name), out var value) ? value : null;

    private static byte[] Concatenate(DataList list)
    {
        using var stream = new MemoryStream();
        for (var i = 0; i < list.Count; i++)
        {
            stream.Write(list[i].Binary);
        }

        return stream.ToArray();
    }
}
