using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace WrnCloud.Shared.Tests.Images;

/// <summary>Writes PNGs chunk by chunk, so that tests can write the ones no encoder would.</summary>
internal static class PngFile
{
    public static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static byte[] Of(params byte[][] chunks) => [.. Signature, .. chunks.SelectMany(c => c)];

    public static byte[] Header(uint width, uint height, byte depth = 8, byte colourType = 2)
    {
        var body = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(body, width);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(4), height);
        body[8] = depth;
        body[9] = colourType;
        return Chunk("IHDR"u8, body);
    }

    public static byte[] Data(ReadOnlySpan<byte> rows) => Chunk("IDAT"u8, Deflate(rows));

    public static byte[] End() => Chunk("IEND"u8, []);

    public static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        var chunk = new byte[body.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        type.CopyTo(chunk.AsSpan(4));
        body.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + body.Length), Crc32.HashToUInt32(chunk.AsSpan(4, body.Length + 4)));
        return chunk;
    }

    /// <summary>The PNG with a chunk eXIf, after its header or before its end.</summary>
    public static byte[] WithExif(byte[] png, byte[] exif, bool beforeThePixels)
    {
        var at = beforeThePixels ? Signature.Length + 25 : png.Length - 12;
        return [.. png[..at], .. Chunk("eXIf"u8, exif), .. png[at..]];
    }

    /// <summary>EXIF data with another tag before the orientation.</summary>
    public static byte[] Exif(ushort orientation, bool littleEndian)
    {
        ushort[] shorts = [42, 0, 8, 2, 0x0100, 3, 0, 1, 99, 0, 0x0112, 3, 0, 1, orientation, 0, 0, 0];

        // Offset and counts are 32 bits wide: their halves change places with the order of bytes.
        if (littleEndian) foreach (var high in (int[])[1, 6, 12]) (shorts[high], shorts[high + 1]) = (shorts[high + 1], shorts[high]);
        return
        [
            .. littleEndian ? "II"u8 : "MM"u8,
            .. shorts.SelectMany(s => littleEndian ? new[] { (byte)s, (byte)(s >> 8) } : [(byte)(s >> 8), (byte)s]),
        ];
    }

    public static byte[] Deflate(ReadOnlySpan<byte> bytes)
    {
        using var stream = new MemoryStream();
        using (var deflate = new ZLibStream(stream, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(bytes);
        return stream.ToArray();
    }
}
