using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using WrnCloud.Shared.Tests.Datasets;
using WrnCloud.Storage;

namespace WrnCloud.Shared.Tests.Storage;

public sealed class FileKindsTests
{
    [Fact]
    public void InsteadOfZip_OtherArchives_AreNamed()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Tar());

        Assert.StartsWith("a gzip file;", Of(packed.ToArray()), StringComparison.Ordinal);
        Assert.StartsWith("a tar archive;", Of(Tar()), StringComparison.Ordinal);
        Assert.StartsWith("a tar archive;", Of(new byte[1024], "old.TAR"), StringComparison.Ordinal);
        Assert.StartsWith("a 7z archive;", Of([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4]), StringComparison.Ordinal);
        Assert.StartsWith("a RAR archive;", Of([.. "Rar!"u8, 0x1A, 7, 1, 0]), StringComparison.Ordinal);
        Assert.StartsWith("a bzip2 file;", Of([.. "BZh91AY&SY"u8]), StringComparison.Ordinal);
    }

    [Fact]
    public void InsteadOfZip_NoArchive_IsNamed()
    {
        byte[] zip = ZipBytes.Of(("a.png", ZipBytes.Gray(1)));

        Assert.StartsWith("empty;", Of([]), StringComparison.Ordinal);
        Assert.StartsWith("a PDF;", Of([.. "%PDF-1.7\n%"u8, 0xE2, 0xE3, 0, 1]), StringComparison.Ordinal);
        Assert.StartsWith("a text;", Of("name,label\r\na.png,cat\r\n"u8.ToArray()), StringComparison.Ordinal);
        Assert.StartsWith("a text;", Of([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("name")]), StringComparison.Ordinal);
        Assert.StartsWith("an HTML, XML or SVG file;", Of("<!DOCTYPE html>"u8.ToArray()), StringComparison.Ordinal);
        Assert.StartsWith("a zip behind other bytes;", Of([.. "#!/bin/sh\n"u8, .. zip]), StringComparison.Ordinal);
        Assert.StartsWith("a zip behind other bytes;", Of([.. new byte[700], .. zip, .. new byte[90]]), StringComparison.Ordinal);
        Assert.StartsWith("not a zip;", Of([1, 2, 3]), StringComparison.Ordinal);
    }

    [Fact]
    public void InsteadOfZip_Zip_IsNothingElse()
    {
        Assert.Null(Of(ZipBytes.Of()));
        Assert.Null(Of(ZipBytes.Of(("a.png", ZipBytes.Gray(1)))));
        Assert.Null(Of(ZipBytes.Of(("a.png", ZipBytes.Gray(1)))[..20]));
    }

    private static string? Of(byte[] bytes, string name = "x.zip") => FileKinds.InsteadOfZip(new MemoryStream(bytes), name);

    private static byte[] Tar()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "a.png") { DataStream = new MemoryStream([1]) });
        return bytes.ToArray();
    }
}
