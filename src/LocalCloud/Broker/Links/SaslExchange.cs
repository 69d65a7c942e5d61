using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Amqp;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>
/// SASL before AMQP (AMQP 1.0, part 5.3). Every client is admitted: its tokens authenticate it later (claims-based security).
/// The service offers this as two mechanisms, because some clients know only one: ANONYMOUS, or MSSBCBS in the .NET SDK.
/// Not left to the library, whose decoder would trust an unauthenticated frame (<see cref="EncodedValues"/>).
/// </summary>
internal static class SaslExchange
{
    private const int FrameHeader = 8;
    private const int MaxFrame = 512;
    private const byte SaslType = 1;
    private const ulong Init = 0x41;

    private static readonly string[] Mechanisms = ["ANONYMOUS", "MSSBCBS"];
    private static readonly byte[] Header = [.. "AMQP"u8, 3, 1, 0, 0];
    private static readonly byte[] Names = [.. Mechanisms.SelectMany(m => (byte[])[(byte)m.Length, .. Encoding.ASCII.GetBytes(m)])];
    private static readonly byte[] Offer =
    [
        .. Header,
        .. Frame([0x00, 0x53, 0x40, .. Compound(0xc0, 1, Compound(0xe0, (byte)Mechanisms.Length, [0xa3, .. Names]))]),
    ];
    private static readonly byte[] Accepted = Frame([0x00, 0x53, 0x44, .. Compound(0xc0, 1, [0x50, 0])]);

    /// <summary>Admits the client.</summary>
    /// <exception cref="AmqpException">It does not speak SASL, or names another mechanism.</exception>
    /// <exception cref="IOException">It has disconnected.</exception>
    public static async Task LetInAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var start = new byte[FrameHeader];
        await stream.ReadExactlyAsync(start, cancellationToken);
        if (!start.SequenceEqual(Header)) throw new AmqpException(ErrorCode.FramingError, "A connection must begin with SASL.");
        await stream.WriteAsync(Offer, cancellationToken);

        await stream.ReadExactlyAsync(start, cancellationToken);
        var size = BinaryPrimitives.ReadUInt32BigEndian(start);
        var offset = start[4] * 4;
        if (size is < FrameHeader or > MaxFrame || offset < FrameHeader || offset > size || start[5] != SaslType)
            throw new AmqpException(ErrorCode.FramingError, "A SASL frame's header is wrong.");
        var rest = new byte[size - FrameHeader];
        await stream.ReadExactlyAsync(rest, cancellationToken);
        var mechanism = MechanismOf(rest.AsSpan(offset - FrameHeader));
        if (!Mechanisms.Contains(mechanism)) throw new AmqpException(ErrorCode.NotImplemented, $"The SASL mechanism '{mechanism}' is not offered.");
        await stream.WriteAsync(Accepted, cancellationToken);
    }

    private static string MechanismOf(ReadOnlySpan<byte> body)
    {
        EncodedValues.Check(body);
        var init = new EncodedValues(body);
        return init.EnterPerformative() is (Init, > 0)
            ? init.ReadSymbol()
            : throw new AmqpException(ErrorCode.NotAllowed, "The client's SASL frame must choose a mechanism.");
    }

    private static byte[] Compound(byte code, byte count, byte[] elements) => [code, (byte)(elements.Length + 1), count, .. elements];

    private static byte[] Frame(byte[] body)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, FrameHeader + body.Length);
        return [.. size, 2, SaslType, 0, 0, .. body];
    }
}
