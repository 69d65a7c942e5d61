using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace WrnCloud.Shared.Tests.Storage;

/// <summary>Writes zips field by field (APPNOTE 4.3), so that tests can write the ones that .NET does not: stored entries alone.</summary>
internal static class RawZip
{
    public const ushort Utf8 = 1 << 11;

    public static byte[] Of(params Entry[] entries)
    {
        using var zip = new MemoryStream();
        using var directory = new MemoryStream();
        foreach (var entry in entries)
        {
            var offset = entry.Offset ?? (uint)zip.Position;
            zip.Write(Header("PK\u0003\u0004"u8, 4, entry, 0));
            zip.Write(entry.Name);
            zip.Write(entry.Extra);
            zip.Write(entry.Bytes);
            directory.Write(Header("PK\u0001\u0002"u8, 6, entry, offset));
            directory.Write(entry.Name);
            directory.Write(entry.Extra);
        }

        var end = new byte[22];
        "PK\u0005\u0006"u8.CopyTo(end);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)entries.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)entries.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)directory.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)zip.Position);
        return [.. zip.ToArray(), .. directory.ToArray(), .. end];
    }

    /// <summary>Info-ZIP's Unicode path (0x7075): version, checksum of the name that it stands for, the path in UTF-8.</summary>
    public static byte[] UnicodePath(byte[] name, string path)
    {
        byte[] body = [1, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(path)];
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(1), Crc32.HashToUInt32(name));
        byte[] field = [0x75, 0x70, 0, 0, .. body];
        BinaryPrimitives.WriteUInt16LittleEndian(field.AsSpan(2), (ushort)body.Length);
        return field;
    }

    // The fields from the needed version to the length of the extra field lie side by side in both headers.
    private static byte[] Header(ReadOnlySpan<byte> signature, int fields, Entry entry, uint offset)
    {
        var header = new byte[fields == 4 ? 30 : 46];
        signature.CopyTo(header);
        var at = header.AsSpan(fields);
        BinaryPrimitives.WriteUInt16LittleEndian(at, 20);
        BinaryPrimitives.WriteUInt16LittleEndian(at[2..], entry.Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(at[4..], entry.Method);
        BinaryPrimitives.WriteUInt32LittleEndian(at[10..], entry.Crc ?? Crc32.HashToUInt32(entry.Bytes));
        BinaryPrimitives.WriteUInt32LittleEndian(at[14..], (uint)entry.Bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(at[18..], (uint)entry.Bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(at[22..], (ushort)entry.Name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(at[24..], (ushort)entry.Extra.Length);
        if (fields == 6) BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(42), offset);
        return header;
    }

    /// <summary>An entry; what is null is as it should be.</summary>
    internal sealed record Entry(byte[] Name, byte[] Bytes)
    {
        public Entry(string name, byte[] bytes)
            : this(Encoding.ASCII.GetBytes(name), bytes)
        {
        }

        public ushort Flags { get; init; }

        public ushort Method { get; init; }

        public byte[] Extra { get; init; } = [];

        public uint? Crc { get; init; }

        public uint? Offset { get; init; }
    }
}
