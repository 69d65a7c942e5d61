using System.Buffers.Binary;
using Amqp;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>
/// Looks at each frame of one connection before the library does: its values are well-formed (<see cref="EncodedValues"/>), also those of a message that comes in
/// several frames, and what has come of unfinished messages stays bounded. Everything that does not pass ends the connection.
/// </summary>
internal sealed class FrameGuard(int maxFrameSize)
{
    /// <summary>Of the messages under way on one connection, in bytes; a message of more than a queue takes but less than this is refused politely.</summary>
    public const int MaxUnfinishedBytes = 1024 * 1024;

    private const int HeaderSize = 8;
    private const byte AmqpType = 0;
    private const ulong Transfer = 0x14;
    private const ulong Detach = 0x16;
    private const ulong End = 0x17;

    private readonly Dictionary<(ushort Channel, uint Handle), List<byte>> _unfinished = [];
    private int _unfinishedBytes;

    /// <summary>How long the frame or protocol header is that <paramref name="start"/>, at least 4 bytes, begins.</summary>
    /// <exception cref="AmqpException">It is no length that a frame may have.</exception>
    public int LengthOf(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("AMQP"u8)) return HeaderSize;
        var size = BinaryPrimitives.ReadUInt32BigEndian(start);
        return size >= HeaderSize && size <= maxFrameSize
            ? (int)size
            : throw new AmqpException(ErrorCode.FramingError, $"A frame of {size} bytes; there may be {HeaderSize} to {maxFrameSize}.");
    }

    /// <summary>Looks at a whole frame or protocol header.</summary>
    /// <exception cref="AmqpException">It is not to be given to the library.</exception>
    public void Inspect(ReadOnlySpan<byte> frame)
    {
        if (frame.StartsWith("AMQP"u8)) return;
        var offset = frame[4] * 4;
        if (offset < HeaderSize || offset > frame.Length || frame[5] != AmqpType) throw new AmqpException(ErrorCode.FramingError, "A frame's header is wrong.");
        var body = frame[offset..];

        // A frame without a body keeps the connection alive.
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
                Forget(channel, fields > 0 ? performative.ReadSmall() : 0);
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
        const int MoreField = 5, AbortedField = 9;
        uint handle = 0, more = 0, aborted = 0;
        for (var i = 0; i < fields; i++)
        {
            var value = performative.ReadSmall();
            if (i == 0) handle = value;
            else if (i == MoreField) more = value;
            else if (i == AbortedField) aborted = value;
        }

        if (!_unfinished.TryGetValue((channel, handle), out var before))
        {
            if (more == 0)
            {
                EncodedValues.Check(payload);
                return;
            }

            _unfinished[(channel, handle)] = before = [];
        }

        _unfinishedBytes += payload.Length;
        if (_unfinishedBytes > MaxUnfinishedBytes) throw new AmqpException(ErrorCode.MessageSizeExceeded, $"Messages of more than {MaxUnfinishedBytes} bytes are under way.");
        before.AddRange(payload);
        if (more != 0) return;
        if (aborted == 0) EncodedValues.Check(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(before));
        Forget(channel, handle);
    }

    private void Forget(ushort channel, uint handle)
    {
        if (_unfinished.Remove((channel, handle), out var bytes)) _unfinishedBytes -= bytes.Count;
    }
}
