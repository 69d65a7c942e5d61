using System.Buffers;
using System.Runtime.InteropServices;

namespace WrnCloud.Datasets;

/// <summary>Keeps the images of a split in memory as they come. It grows with what comes, not with what a header promises.</summary>
internal sealed class ImageCollector
{
    private readonly ArrayBufferWriter<byte> _pixels = new();
    private readonly List<ushort> _labels = [];

    public void Add(ReadOnlySpan<byte> image, int label)
    {
        _pixels.Write(image);
        _labels.Add((ushort)label);
    }

    public LabelledImages ToImages(IReadOnlyList<string> classes, int size) =>
        new(_pixels.WrittenSpan.ToArray(), CollectionsMarshal.AsSpan(_labels).ToArray(), classes, size);
}
