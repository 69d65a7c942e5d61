using System.Buffers.Binary;

namespace WrnCloud.Images;

/// <summary>Walks over the markers of a JPEG (ITU-T T.81, annex B) without decoding: what lies between them in a scan is skipped.</summary>
/// <param name="file">The JPEG.</param>
internal ref struct JpegMarkers(ReadOnlySpan<byte> file)
{
    public const byte EndOfImage = 0xD9;
    public const byte StartOfScan = 0xDA;
    public const byte RestartInterval = 0xDD;

    private readonly ReadOnlySpan<byte> _file = file;
    private int _at = 2;

    /// <summary>The second byte of the marker reached.</summary>
    public byte Marker { get; private set; }

    /// <summary>The marker's segment without its length field; empty for restarts and the end.</summary>
    public ReadOnlySpan<byte> Segment { get; private set; }

    /// <summary>Whether a restart was reached: they divide a scan, and begin nothing new.</summary>
    public readonly bool IsRestart => Marker is >= 0xD0 and <= 0xD7;

    /// <summary>Whether a frame's header was reached.</summary>
    public readonly bool IsFrame => Marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC;

    /// <summary>Goes to the next marker; false where the file ends before it.</summary>
    /// <exception cref="ImageException">The marker is there, and what belongs to it is cut off.</exception>
    public bool Next()
    {
        while (true)
        {
            // FF and a byte that is neither stuffing (00), nor fill (FF).
            var skip = _file[_at..].IndexOf((byte)0xFF);
            if (skip < 0 || _at + skip + 1 >= _file.Length) return false;
            _at += skip + 1;
            Marker = _file[_at];
            if (Marker == 0xFF) continue;
            _at++;
            if (Marker is 0x00 or 0x01 or 0xD8) continue;
            Segment = [];
            if (IsRestart || Marker == EndOfImage) return true;

            if (_file.Length - _at < 2) throw EncodedImage.Truncated("JPEG");
            var length = BinaryPrimitives.ReadUInt16BigEndian(_file[_at..]);
            if (length < 2 || length > _file.Length - _at) throw EncodedImage.Truncated("JPEG");
            Segment = _file.Slice(_at + 2, length - 2);
            _at += length;
            return true;
        }
    }
}
