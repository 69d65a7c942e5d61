using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace WrnCloud.Shared.Tests.Datasets;

/// <summary>Writes MATLAB 5 files element by element, in either byte order, so that tests can write the ones no program would.</summary>
internal sealed class MatBytes(bool isBigEndian = false)
{
    public const int Int8 = 1, UInt8 = 2, UInt16 = 4, Int32 = 5, UInt32 = 6, Single = 7, Double = 9, Matrix = 14, Compressed = 15;

    public byte[] File(params byte[][] elements)
    {
        var header = new byte[128];
        Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file").CopyTo(header, 0);
        header.AsSpan(19, 105).Fill((byte)' ');
        (header[124], header[125]) = isBigEndian ? ((byte)1, (byte)0) : ((byte)0, (byte)1);
        (header[126], header[127]) = isBigEndian ? ((byte)'M', (byte)'I') : ((byte)'I', (byte)'M');
        return [.. header, .. elements.SelectMany(e => e)];
    }

    public byte[] Array(string name, int[] dimensions, int type, byte[] numbers, int arrayClass = 9, bool small = true) => Element(
        Matrix,
        [
            .. Element(UInt32, [.. Word(arrayClass), .. Word(0)]),
            .. Element(Int32, [.. dimensions.SelectMany(Word)]),
            .. Element(Int8, Encoding.ASCII.GetBytes(name), small),
            .. Element(type, numbers, small),
        ]);

    public byte[] Pack(byte[] element)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(stream, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(element);
        return [.. Word(Compressed), .. Word((int)stream.Length), .. stream.ToArray()];
    }

    public byte[] Element(int type, byte[] data, bool small = true)
    {
        if (small && data.Length is > 0 and <= 4) return [.. Word((data.Length << 16) | type), .. data, .. new byte[4 - data.Length]];
        return [.. Word(type), .. Word(data.Length), .. data, .. new byte[(8 - (data.Length % 8)) % 8]];
    }

    public byte[] Numbers(int type, params double[] values) => [.. values.SelectMany(v => Number(type, v))];

    public byte[] Word(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Ordered(bytes);
    }

    private byte[] Number(int type, double value) => type switch
    {
        Int8 or UInt8 => [(byte)value],
        UInt16 => Ordered(BitConverter.GetBytes((ushort)value)),
        Int32 or UInt32 => Ordered(BitConverter.GetBytes((int)value)),
        Single => Ordered(BitConverter.GetBytes((float)value)),
        _ => Ordered(BitConverter.GetBytes(value)),
    };

    private byte[] Ordered(byte[] bytes)
    {
        if (isBigEndian) System.Array.Reverse(bytes);
        return bytes;
    }
}
