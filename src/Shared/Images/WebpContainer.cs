using System.Buffers.Binary;
using WrnCloud.Errors;

namespace WrnCloud.Images;

/// <summary>The RIFF header of a WebP (RFC 9649, section 2).</summary>
internal static class WebpContainer
{
    private const int HeaderBytes = 12;
    private const byte AnimationFlag = 0x02;

    public static bool Matches(ReadOnlySpan<byte> file) =>
        file.Length >= HeaderBytes && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    /// <summary>Refuses a WebP that is cut off or animated.</summary>
    public static void Check(ReadOnlySpan<byte> file)
    {
        var length = 8L + BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        if (length > file.Length || file.Length < HeaderBytes + 9) throw EncodedImage.Truncated("WebP");
        if (file[HeaderBytes..].StartsWith("VP8X"u8) && (file[HeaderBytes + 8] & AnimationFlag) != 0)
            throw new ImageException(ErrorCatalogue.FormatUnsupported, "The WebP is animated; only still images are read.");
    }
}
