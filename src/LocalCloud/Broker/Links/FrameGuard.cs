using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Amqp;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>
/// Validates each frame of a connection before the library reads it:
/// its values are well-formed (<see cref="EncodedValues"/>), also those of a message that comes in several frames,
/// and the size of unfinished messages stays bounded. Anything that fails ends the connection.
/// </summary>
internal sealed class FrameGuard(int maxFrameSize)
{
    /// <summary>
    /// Limit on the unfinished messages of one connection, in bytes. A message above the queue's limit but below this one is rejected without
    /// closing the connection.
    /// </summary>
    public const int MaxUnfinishedBytes = 1024 * 1024;

    private const int HeaderSize = 8;
    private const byte AmqpType = 0;
    private const ulong Transfer = 0x14;
    private const ulong Detach = 0x16;
    private const ulong End = 0x17;

    private readonly Dictionary<(ushort Channel, uint Handle), (uint? Delivery, List<byte> Bytes)> _unfinished = [];
    private int _unfinishedBytes;

    /// <summary>Length of the frame or protocol header that begins with <paramref name="start"/>, which has at least 4 bytes.</summary>
    /// <exception cref="AmqpException">A frame can't have this length.</exception>
    public int LengthOf(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("AMQP"u8)) return HeaderSize;
        var size = BinaryPrimitives.ReadUInt32BigEndian(start);
        return size >= HeaderSize && size <= maxFrameSize
            ? (int)size
            : throw new AmqpException(ErrorCode.FramingError, $"A frame has {size} bytes; {HeaderSize} to {maxFrameSize} are allowed.");
    }

    /// <summary>Validates a whole frame or protocol header.</summary>
    /// <exception cref="AmqpException">It must not reach the library.</exception>
    public void Inspect(ReadOnlySpan<byte> frame)
    {
        if (frame.StartsWith("AMQP"u8)) return;

        // The library ignores a longer header and would decode the rest of it as the body.
        if (frame[4] * 4 != HeaderSize || frame[5] != AmqpType)
            throw new AmqpException(ErrorCode.FramingError, "A frame's header is not supported.");
        var body = frame[HeaderSize..];

        // An empty frame is a keep-alive.
        if (body.IsEmpty) return;
        var values = new EncodedValues(body);
        values.Skip();
        var rest = body[values.Position..];
        var channel = BinaryPrimitives.ReadUInt16BigEndian(frame[6..]);
        var performative = new EncodedValues(body);
        var (code, fields) = performative.EnterPerformative();
        switch (code)
        {
            case Transfer:
                Take(channel, ref performative, fields, rest);
                break;
            case Detach:
                Forget(channel, (fields > 0 ? performative.ReadNumber() : null) ?? 0);
                EncodedValues.Check(rest);
                break;
            case End:
                foreach (var (_, handle) in _unfinished.Keys.Where(k => k.Channel == channel).ToList()) Forget(channel, handle);
                EncodedValues.Check(rest);
                break;
            default:
                EncodedValues.Check(rest);
                break;
        }
    }

    // handle, delivery-id, delivery-tag, message-format, settled, more, rcv-settle-mode, state, resume, aborted, batchable
    private void Take(ushort channel, ref EncodedValues performative, int fields, ReadOnlySpan<byte> payload)
    {
        const int DeliveryField = 1, MoreField = 5, AbortedField = 9;
        uint handle = 0;
        uint? delivery = null;
        var more = false;
        for (var i = 0; i < fields; i++)
        {
            var value = performative.ReadNumber();
            if (i == 0) handle = value ?? 0;
            else if (i == DeliveryField) delivery = value;
            else if (i == MoreField) more = value == 1;
            else if (i == AbortedField && value == 1)
                throw new AmqpException(ErrorCode.NotImplemented, "Aborted messages are not supported.");
        }

        if (!_unfinished.TryGetValue((channel, handle), out var before))
        {
            if (!more)
            {
                EncodedValues.Check(payload);
                return;
            }

            _unfinished[(channel, handle)] = before = (delivery, []);
        }
        else if (delivery is not null && delivery != before.Delivery)
        {
            // The library would start a new message in the middle of the one that is validated here.
            throw new AmqpException(ErrorCode.NotAllowed, "A message begins before the one before it on its link has ended.");
        }

        _unfinishedBytes += payload.Length;
        if (_unfinishedBytes > MaxUnfinishedBytes)
            throw new AmqpException(ErrorCode.MessageSizeExceeded, $"The unfinished messages have more than {MaxUnfinishedBytes} bytes.");
        before.Bytes.AddRange(payload);
        if (more) return;
        EncodedValues.Check(CollectionsMarshal.AsSpan(before.Bytes));
        Forget(channel, handle);
    }

    private void Forget(ushort channel, uint handle)
    {
        if (_unfinished.Remove((channel, handle), out var known)) _unfinishedBytes -= known.Bytes.Count;
    }
}
