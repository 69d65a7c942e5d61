using System.IO.Compression;
using System.Text;
using WrnCloud.Shared.Tests.Datasets;
using WrnCloud.Storage;

namespace WrnCloud.Shared.Tests.Storage;

public sealed class ZipDirectoryTests
{
    private static readonly byte[] Picture = ZipBytes.Gray(7);

    [Fact]
    public void Read_NamesWithoutTheUtf8Flag_AreToldByFieldThenUtf8ThenCodePage437()
    {
        byte[] dosName = [.. "K"u8, 0x81, .. "he/1.png"u8];
        byte[] otherBytes = [.. "K"u8, 0x94, .. "he/2.png"u8];

        var names = Names(
            new RawZip.Entry(dosName, Picture),
            new RawZip.Entry(otherBytes, Picture),
            new RawZip.Entry(Encoding.UTF8.GetBytes("Kähe/3.png"), Picture),
            new RawZip.Entry(Encoding.UTF8.GetBytes("鳥/4.png"), Picture) { Flags = RawZip.Utf8 },
            new RawZip.Entry("K?he/5.png", Picture) { Extra = RawZip.UnicodePath("K?he/5.png"u8.ToArray(), "Kůhe/5.png") },
            new RawZip.Entry("renamed/6.png", Picture) { Extra = RawZip.UnicodePath("before/6.png"u8.ToArray(), "before/6.png") });

        Assert.Equal(["Kühe/1.png", "Köhe/2.png", "Kähe/3.png", "鳥/4.png", "Kůhe/5.png", "renamed/6.png"], names);
    }

    [Fact]
    public void Read_NameThatIsNotInTheEncodingItClaims_HasNone()
    {
        byte[] broken = [.. "a"u8, 0xC3, 0x28, .. "/1.png"u8];

        Assert.Equal([null], Names(new RawZip.Entry(broken, Picture) { Flags = RawZip.Utf8 }));
        Assert.Equal(["a├(/1.png"], Names(new RawZip.Entry(broken, Picture)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(70_000)]
    public void Read_ZipOfDotnet_ListsWhatTheArchiveLists(int entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < entries; i++) zip.CreateEntry($"ä{i}/", CompressionLevel.NoCompression);
        }

        using var read = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        Assert.Equal(read.Entries.Select(e => e.FullName), ZipDirectory.Read(stream).Select(i => i.Name));
    }

    [Fact]
    public void Read_EntriesThatShareBytes_IsRefused()
    {
        var zip = RawZip.Of(new RawZip.Entry("a.png", Picture), new RawZip.Entry("b.png", Picture) { Offset = 0 });

        Assert.Contains(
            "overlap", Assert.Throws<InvalidDataException>(() => ZipDirectory.Read(new MemoryStream(zip))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Damaged_GivesEntriesOrTheError()
    {
        var whole = RawZip.Of(
            new RawZip.Entry("a/1.png", Picture),
            new RawZip.Entry("b/1.png", Picture) { Extra = RawZip.UnicodePath("b/1.png"u8.ToArray(), "b/1.png") });
        var refused = 0;
        foreach (var bytes in Damage.Of(whole, 2000, 5))
        {
            try
            {
                ZipDirectory.Read(new MemoryStream(bytes));
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 2000);
    }

    private static IEnumerable<string?> Names(params RawZip.Entry[] entries) =>
        ZipDirectory.Read(new MemoryStream(RawZip.Of(entries))).Select(i => i.Name);
}
