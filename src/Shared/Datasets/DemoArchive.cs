using System.Buffers.Binary;
using System.IO.Compression;
using WrnCloud.Errors;
using WrnCloud.Images;

namespace WrnCloud.Datasets;

/// <summary>
/// A zip to try batch classification with: PNGs of a data set, and among them entries that no decoder should accept.
/// The same images give the same bytes.
/// </summary>
/// <param name="Zip">The archive.</param>
/// <param name="Entries">What is in it, in the archive's order.</param>
public sealed record DemoArchive(byte[] Zip, IReadOnlyList<DemoArchiveEntry> Entries)
{
    private const int Side = 32;

    // A zip stores local time since 1980; any other clock would make each archive differ.
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Packs all of these images as <c>images/00000.png</c> and so on.</summary>
    /// <param name="images">At least one image.</param>
    /// <param name="withBroken">Whether the five broken entries are spread among them.</param>
    public static DemoArchive Of(LabelledImages images, bool withBroken)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0) throw new ArgumentException("The archive needs at least one image.", nameof(images));

        var broken = withBroken ? BrokenFiles(Png(images, 0)) : [];
        var entries = new List<DemoArchiveEntry>();
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < images.Count; i++)
            {
                // Broken file b follows image (b + 1) · count / (broken + 1), so that a batch meets them early and late.
                Add(zip, entries, new DemoArchiveEntry($"images/{i:D5}.png", images.Labels[i], null), Png(images, i));
                for (var b = 0; b < broken.Length; b++)
                {
                    if ((b + 1) * images.Count / (broken.Length + 1) == i) Add(zip, entries, broken[b].Entry, broken[b].Bytes);
                }
            }
        }

        return new DemoArchive(stream.ToArray(), entries);
    }

    private static void Add(ZipArchive zip, List<DemoArchiveEntry> entries, DemoArchiveEntry entry, byte[] bytes)
    {
        var file = zip.CreateEntry(entry.Name, CompressionLevel.Fastest);
        file.LastWriteTime = EntryTime;
        using var content = file.Open();
        content.Write(bytes);
        entries.Add(entry);
    }

    private static byte[] Png(LabelledImages images, int index)
    {
        var planes = images.Pixels.AsSpan(index * LabelledImages.ImageBytes, LabelledImages.ImageBytes);
        return ImageEncoder.Png(ImagePlanes.Interleave(planes), Side, Side);
    }

    private static (DemoArchiveEntry Entry, byte[] Bytes)[] BrokenFiles(byte[] png) =>
    [
        (new("broken/truncated.png", null, ErrorCatalogue.ImageUndecodable.Code), png[..(png.Length / 2)]),
        (new("broken/notes.png", null, ErrorCatalogue.ImageUndecodable.Code), "This file was renamed; it has no picture in it.\n"u8.ToArray()),
        (new("broken/empty.png", null, ErrorCatalogue.ImageUndecodable.Code), []),
        (new("broken/index.html", null, ErrorCatalogue.FormatUnsupported.Code), "<!DOCTYPE html><title>Not a picture</title>\n"u8.ToArray()),
        (new("broken/huge.png", null, ErrorCatalogue.ImageTooLarge.Code), Oversized(png)),
    ];

    // A good picture whose header claims 65,535 × 65,535; the checksum of the header is right for the claim.
    private static byte[] Oversized(byte[] png)
    {
        const int Header = 12, Width = 16, Height = 20, HeaderEnd = 29;
        var bytes = png.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Width), 65_535);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Height), 65_535);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(HeaderEnd), Crc32(bytes.AsSpan(Header, HeaderEnd - Header)));
        return bytes;
    }

    // PNG's checksum, ISO 3309, bit by bit: it is wanted for 17 bytes.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }
}
