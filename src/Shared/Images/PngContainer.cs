using System.Buffers.Binary;
using WrnCloud.Errors;

namespace WrnCloud.Images;

/// <summary>
/// The chunks of a PNG (W3C PNG, third edition, section 5). Only those that make pixels are handed on: text and colour profiles are compressed, may
/// unpack to gigabytes, and are of no use to a classifier.
/// </summary>
internal static class PngContainer
{
    private static ReadOnlySpan<byte> End => [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool Matches(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>
    /// The same PNG with its chunks IHDR, PLTE, tRNS, IDAT and IEND alone.
    /// An end that is missing behind pixels is put there: whether rows are missing too the decoder tells.
    /// </summary>
    /// <param name="file">The PNG.</param>
    /// <param name="isEndMissing">Whether it was put there.</param>
    /// <param name="orientation">EXIF's, 1 to 8, from the chunk eXIf; 1 where there is none.</param>
    public static byte[] PixelChunks(ReadOnlySpan<byte> file, out bool isEndMissing, out int orientation)
    {
        isEndMissing = false;
        orientation = 1;
        var kept = new byte[file.Length + End.Length];
        var hasPixels = false;
        Signature.CopyTo(kept);
        var (from, to) = (Signature.Length, Signature.Length);
        while (true)
        {
            if (file.Length - from < 12)
            {
                if (!hasPixels || !End.StartsWith(file[from..])) throw EncodedImage.Truncated("PNG");
                isEndMissing = true;
                End.CopyTo(kept.AsSpan(to));
                return kept[..(to + End.Length)];
            }

            var length = BinaryPrimitives.ReadUInt32BigEndian(file[from..]);
            if (length > file.Length - from - 12) throw EncodedImage.Truncated("PNG");

            var type = file.Slice(from + 4, 4);
            var chunk = file.Slice(from, (int)length + 12);
            if (type.SequenceEqual("acTL"u8))
                throw new ImageException(ErrorCatalogue.FormatUnsupported, "The PNG is animated; only still images are read.");
            if (type.SequenceEqual("IHDR"u8) && length >= 8)
                EncodedImage.RequireValidSize(BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]), BinaryPrimitives.ReadUInt32BigEndian(chunk[12..]));
            hasPixels |= type.SequenceEqual("IDAT"u8);
            if (type.SequenceEqual("eXIf"u8)) orientation = ExifOrientation.Read(chunk[8..^4]);
            if (type.SequenceEqual("IHDR"u8) || type.SequenceEqual("PLTE"u8) || type.SequenceEqual("tRNS"u8)
                || type.SequenceEqual("IDAT"u8) || type.SequenceEqual("IEND"u8))
            {
                chunk.CopyTo(kept.AsSpan(to));
                to += chunk.Length;
            }

            from += chunk.Length;
            if (type.SequenceEqual("IEND"u8)) return kept[..to];
        }
    }
}
