using System.Buffers.Binary;

namespace WrnCloud.Datasets;

/// <summary>Reads elements of a MATLAB 5 file one after the other, from the file itself or from what a compressed element unpacks to.</summary>
internal sealed class MatSource(Stream stream, string fileName, long start, bool isPacked, bool isBigEndian) : IDisposable
{
    private const int SmallDataBytes = 4;
    private readonly byte[] _word = new byte[4];
    private long _position;

    /// <summary>An element's type and bytes of data; small data takes the place of the length.</summary>
    public readonly record struct Tag(int Type, long Length, bool IsSmall)
    {
        /// <summary>Bytes between the data and the next element.</summary>
        public long Padding => IsSmall ? SmallDataBytes - Length : (8 - (Length % 8)) % 8;
    }

    /// <summary>Offset in the file of the byte that is read next; within packed data, the offset of the packed element.</summary>
    public long Offset => isPacked ? start : start + _position;

    public Tag ReadTag()
    {
        var word = ReadUInt32();
        if (word >> 16 is > 0 and var small)
        {
            return small <= SmallDataBytes
                ? new Tag((int)(word & 0xFFFF), small, true)
                : throw Wrong($"A small element has {small} bytes; at most {SmallDataBytes} fit.");
        }

        return new Tag((int)word, ReadUInt32(), false);
    }

    /// <summary>The whole data of a short element, without its padding, which is passed over.</summary>
    public byte[] ReadData(Tag tag, int mostBytes, string what)
    {
        if (tag.Length > mostBytes) throw Wrong($"{what} has {tag.Length} bytes; at most {mostBytes} are read.");
        var data = new byte[tag.Length];
        Read(data);
        Skip(tag.Padding);
        return data;
    }

    public uint ReadUInt32()
    {
        Read(_word);
        return ToUInt32(_word);
    }

    public uint ToUInt32(ReadOnlySpan<byte> bytes) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    /// <summary>A number of one of the types that <see cref="MatType.Bytes"/> knows.</summary>
    public double ToDouble(ReadOnlySpan<byte> bytes, int type)
    {
        Span<byte> value = stackalloc byte[8];
        bytes.CopyTo(value);
        if (isBigEndian) value[..bytes.Length].Reverse();
        return type switch
        {
            MatType.Int8 => (sbyte)value[0],
            MatType.UInt8 => value[0],
            MatType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(value),
            MatType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(value),
            MatType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(value),
            MatType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(value),
            MatType.Single => BinaryPrimitives.ReadSingleLittleEndian(value),
            MatType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(value),
            MatType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(value),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(value),
        };
    }

    /// <exception cref="DatasetException">The data ends before, or does not unpack.</exception>
    public void Read(Span<byte> target)
    {
        try
        {
            stream.ReadExactly(target);
            _position += target.Length;
        }
        catch (EndOfStreamException e)
        {
            throw Wrong("The data ends within an element.", e);
        }
        catch (InvalidDataException e)
        {
            throw Wrong("The compressed element does not unpack.", e);
        }
    }

    public void Skip(long bytes)
    {
        Span<byte> buffer = stackalloc byte[256];
        for (; bytes > 0; bytes -= Math.Min(bytes, buffer.Length)) Read(buffer[..(int)Math.Min(bytes, buffer.Length)]);
    }

    /// <summary>Reads on to the end of packed data, where its checksum is.</summary>
    public void CheckSum()
    {
        if (!isPacked) return;
        try
        {
            _ = stream.ReadByte();
        }
        catch (InvalidDataException e)
        {
            throw Wrong("The compressed element's checksum is wrong.", e);
        }
    }

    /// <summary>Lets go of what unpacks; the file stays open.</summary>
    public void Dispose()
    {
        if (isPacked) stream.Dispose();
    }

    public DatasetException Wrong(string problem, Exception? innerException = null) => new(fileName, Offset, problem, innerException);
}
