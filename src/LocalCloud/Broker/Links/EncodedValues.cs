using System.Buffers.Binary;
using System.Text;
using Amqp;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>
/// Walks encoded AMQP values without building them (AMQP 1.0, part 1).
/// The library's decoder trusts the element counts and nesting that a value states:
/// a few bytes could make it allocate gigabytes or overflow the stack. Values that pass here are bounded in depth and no larger than their bytes.
/// </summary>
internal ref struct EncodedValues(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 32;
    private const byte Described = 0x00;
    private const byte List0 = 0x45;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Where the next value begins.</summary>
    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _bytes.Length;

    /// <summary>Walks values to the end of <paramref name="bytes"/>.</summary>
    /// <exception cref="AmqpException">They are not validly encoded.</exception>
    public static void Check(ReadOnlySpan<byte> bytes)
    {
        var values = new EncodedValues(bytes);
        while (!values.IsAtEnd) values.Skip();
    }

    /// <summary>Walks one value.</summary>
    /// <exception cref="AmqpException">It is not validly encoded.</exception>
    public void Skip() => Skip(MaxDepth);

    /// <summary>Enters the list of a performative; returns its descriptor's code and the number of its fields.</summary>
    /// <exception cref="AmqpException">There is no performative.</exception>
    public (ulong Code, int Fields) EnterPerformative()
    {
        if (Byte() != Described) throw Malformed("a performative has a descriptor");
        var code = Byte() switch
        {
            0x44 => 0UL,
            0x53 => Byte(),
            0x80 => BinaryPrimitives.ReadUInt64BigEndian(Take(8)),
            _ => throw Malformed("a performative's descriptor is a number"),
        };
        return Byte() switch
        {
            List0 => (code, 0),
            0xc0 => (code, Enter(1).Count),
            0xd0 => (code, Enter(4).Count),
            _ => throw Malformed("a performative is a list"),
        };
    }

    /// <summary>Reads an unsigned number, or a boolean as 1 or 0; anything else is skipped and gives null.</summary>
    public uint? ReadNumber()
    {
        switch (_bytes[Position..] is [var code, ..] ? code : throw Malformed("it ends too early"))
        {
            case 0x41:
                Position++;
                return 1;
            case 0x42:
            case 0x43:
                Position++;
                return 0;
            case 0x52:
            case 0x56:
                Position++;
                return Byte();
            case 0x70:
                Position++;
                return BinaryPrimitives.ReadUInt32BigEndian(Take(4));
            default:
                Skip();
                return null;
        }
    }

    /// <summary>Reads a symbol.</summary>
    /// <exception cref="AmqpException">It is not a symbol.</exception>
    public string ReadSymbol() => Byte() switch
    {
        0xa3 => Encoding.ASCII.GetString(Take(Byte())),
        0xb3 => Encoding.ASCII.GetString(Take(Size(4))),
        _ => throw Malformed("a symbol was expected"),
    };

    private static AmqpException Malformed(string why) => new(ErrorCode.DecodeError, $"The bytes received are not AMQP: {why}.");

    private void Skip(int depth)
    {
        if (depth == 0) throw Malformed($"values are nested deeper than {MaxDepth}");
        var code = Byte();
        if (code == Described)
        {
            Skip(depth - 1);
            Skip(depth - 1);
            return;
        }

        Skip(code, depth);
    }

    // The upper half of a code gives the value's width.
    private void Skip(byte code, int depth)
    {
        switch (code >> 4)
        {
            case 0x4: break;
            case 0x5: Take(1); break;
            case 0x6: Take(2); break;
            case 0x7: Take(4); break;
            case 0x8: Take(8); break;
            case 0x9: Take(16); break;
            case 0xa: Take(Byte()); break;
            case 0xb: Take(Size(4)); break;
            case 0xc: SkipCompound(1, depth); break;
            case 0xd: SkipCompound(4, depth); break;
            case 0xe: SkipArray(1, depth); break;
            case 0xf: SkipArray(4, depth); break;
            default: throw Malformed($"there is no type 0x{code:x2}");
        }
    }

    private void SkipCompound(int width, int depth)
    {
        var (count, end) = Enter(width);
        for (var i = 0; i < count; i++) Skip(depth - 1);
        if (Position != end) throw Malformed("a list's size is not that of its elements");
    }

    private void SkipArray(int width, int depth)
    {
        var (count, end) = Enter(width);
        var code = Byte();
        if (code == Described)
        {
            Skip(depth - 1);
            code = Byte();
        }

        for (var i = 0; i < count; i++) Skip(code, depth - 1);
        if (Position != end) throw Malformed("an array's size is not that of its elements");
    }

    /// <summary>Reads size and count; elements without bytes can't outnumber the compound's bytes.</summary>
    private (int Count, int End) Enter(int width)
    {
        var size = Size(width);
        if (size < width || size > _bytes.Length - Position) throw Malformed("a list is larger than the bytes received");
        var end = Position + size;
        var count = Size(width);
        return count <= size ? (count, end) : throw Malformed("a list has more elements than bytes");
    }

    private int Size(int width)
    {
        var size = width == 1 ? Byte() : BinaryPrimitives.ReadUInt32BigEndian(Take(4));
        return size <= int.MaxValue ? (int)size : throw Malformed("a size is out of range");
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - Position) throw Malformed("it ends too early");
        var taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }
}
