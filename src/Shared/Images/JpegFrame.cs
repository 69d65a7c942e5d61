using System.Buffers.Binary;

namespace WrnCloud.Images;

/// <summary>A JPEG's frame header (SOF).</summary>
/// <param name="IsProgressive">True for a progressive frame.</param>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Components">Its colour components.</param>
internal sealed record JpegFrame(bool IsProgressive, int Width, int Height, IReadOnlyList<JpegFrame.Component> Components)
{
    private const int HeaderBytes = 6;
    private const int ComponentBytes = 3;
    private const byte Progressive = 0xC2;

    /// <summary>Bytes of all coefficients.</summary>
    public long CoefficientBytes =>
        (long)Width * Height * Components.Sum(c => c.Horizontal * c.Vertical) * sizeof(short) / (MostHorizontal * MostVertical);

    /// <summary>Samples of a row that the finest component has where the coarsest has one.</summary>
    public int MostHorizontal => Components.Aggregate(1, (most, c) => Math.Max(most, c.Horizontal));

    /// <summary>The same of a column.</summary>
    public int MostVertical => Components.Aggregate(1, (most, c) => Math.Max(most, c.Vertical));

    /// <summary>Reads a header; null where it is too short, which the decoder refuses.</summary>
    public static JpegFrame? Of(byte marker, ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderBytes || header.Length < HeaderBytes + (header[5] * ComponentBytes)) return null;
        var components = new List<Component>();
        for (var at = HeaderBytes; at < HeaderBytes + (header[5] * ComponentBytes); at += ComponentBytes)
            components.Add(new Component(header[at], header[at + 1] >> 4, header[at + 1] & 15));
        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(header[1..]), BinaryPrimitives.ReadUInt16BigEndian(header[3..]));
        return new JpegFrame(marker == Progressive, width, height, components);
    }

    /// <summary>A colour component.</summary>
    /// <param name="Id">What scans call it.</param>
    /// <param name="Horizontal">How many samples it has in a row where the coarsest has one.</param>
    /// <param name="Vertical">The same in a column.</param>
    public sealed record Component(byte Id, int Horizontal, int Vertical);
}
