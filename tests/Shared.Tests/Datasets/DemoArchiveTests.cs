using System.IO.Compression;
using WrnCloud.Datasets;
using WrnCloud.Images;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class DemoArchiveTests
{
    private static readonly LabelledImages Images = Shapes10.Generate(30, 9);

    [Fact]
    public void Of_GoodEntries_DecodeToTheImagesThemselves()
    {
        var archive = DemoArchive.Of(Images, withBroken: false);
        using var zip = new ZipArchive(new MemoryStream(archive.Zip));

        Assert.Equal(30, zip.Entries.Count);
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(Images.Labels[i], archive.Entries[i].Label);
            Assert.Equal(Images.Pixels[(i * 3072)..((i + 1) * 3072)], ImagePlanes.Separate(ImageDecoder.Decode(Bytes(zip.Entries[i]), 32)));
        }
    }

    [Fact]
    public void Of_BrokenEntries_GetTheErrorsThatTheyPromise()
    {
        var archive = DemoArchive.Of(Images, withBroken: true);
        using var zip = new ZipArchive(new MemoryStream(archive.Zip));

        Assert.Equal(zip.Entries.Select(e => e.FullName), archive.Entries.Select(e => e.Name));
        var broken = archive.Entries.Where(e => e.ErrorCode is not null).ToArray();
        Assert.Equal(5, broken.Length);
        Assert.All(broken, entry =>
        {
            var bytes = Bytes(zip.GetEntry(entry.Name)!);
            Assert.Equal(entry.ErrorCode, Assert.Throws<ImageException>(() => ImageDecoder.Decode(bytes, 32)).Error.Code);
        });
        Assert.NotNull(archive.Entries[^1].Label);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void Of_FewImages_HoldsEveryBrokenEntryOnce(int count)
    {
        var archive = DemoArchive.Of(Shapes10.Generate(count, 1), withBroken: true);

        Assert.Equal(count + 5, archive.Entries.Select(e => e.Name).Distinct().Count());
    }

    [Fact]
    public void Of_SameImages_GivesTheSameBytes() =>
        Assert.Equal(DemoArchive.Of(Images, withBroken: true).Zip, DemoArchive.Of(Images, withBroken: true).Zip);

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }
}
