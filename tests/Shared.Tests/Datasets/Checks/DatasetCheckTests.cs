using SkiaSharp;
using WrnCloud.Datasets;
using WrnCloud.Datasets.Checks;
using WrnCloud.Images;
using WrnCloud.Shared.Tests.Images;

namespace WrnCloud.Shared.Tests.Datasets.Checks;

public sealed class DatasetCheckTests
{
    [Fact]
    public void Of_AGoodSet_FindsNothingAndCountsAll()
    {
        var findings = Check(
            ("train/cat/1.png", Picture(1)),
            ("train/cat/2.png", Picture(2)),
            ("train/dog/3.png", Picture(3)),
            ("test/dog/4.png", Picture(4)),
            ("test/cat/5.png", Picture(5)));

        Assert.Equal([new ClassCounts("cat", 2, 0, 1), new ClassCounts("dog", 1, 0, 1)], findings.Classes);
        Assert.Empty(findings.Bad);
        Assert.Empty(findings.Conflicts.Concat(findings.Leaks).Concat(findings.Duplicates).Concat(findings.LookAlikes));
        Assert.Equal((5, 0.0, 2.0), (findings.Pictures, findings.BadShare, findings.Imbalance));
        Assert.Equal(["cat", "dog"], findings.Small);
    }

    [Fact]
    public void Of_TheSamePictureTwice_IsToldByWhereItLies()
    {
        var findings = Check(
            ("train/cat/1.png", Picture(1)), ("train/dog/again.png", Picture(1)),
            ("train/cat/2.png", Picture(2)), ("test/cat/again.png", Picture(2)),
            ("train/dog/3.png", Picture(3)), ("train/dog/again3.png", Picture(3)), ("test/dog/4.png", Picture(4)));

        Assert.Equal([["x.zip/train/cat/1.png", "x.zip/train/dog/again.png"]], findings.Conflicts);
        Assert.Equal([["x.zip/train/cat/2.png", "x.zip/test/cat/again.png"]], findings.Leaks);
        Assert.Equal([["x.zip/train/dog/3.png", "x.zip/train/dog/again3.png"]], findings.Duplicates);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, 40, 64)]
    [InlineData(SKEncodedImageFormat.Jpeg, 90, 200)]
    [InlineData(SKEncodedImageFormat.Webp, 60, 100)]
    public void Of_APictureSavedAnotherWay_IsTheSame(SKEncodedImageFormat format, int quality, int side)
    {
        using var bitmap = SKBitmap.Decode(Picture(7));
        using var scaled = bitmap.Resize(new SKImageInfo(side, side), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var data = scaled.Encode(format, quality);

        var findings = Check(("train/cat/1.png", Picture(7)), ("train/dog/2.bin.jpg", data.ToArray()), ("train/dog/3.png", Picture(8)));

        Assert.Single(findings.Conflicts);
    }

    [Fact]
    public void Of_PicturesWithoutDetail_AreTheSameOnlyWhenTheirFilesAre()
    {
        var findings = Check(
            ("train/a/1.png", ZipBytes.Gray(10)),
            ("train/a/2.png", ZipBytes.Gray(10)),
            ("train/a/3.png", ZipBytes.Gray(11)),
            ("train/b/4.png", Slope(1)),
            ("train/a/5.png", Slope(2)));

        Assert.Equal([["x.zip/train/a/1.png", "x.zip/train/a/2.png"]], findings.Duplicates);
        Assert.Empty(findings.Conflicts);
    }

    [Fact]
    public void Of_BadPictures_AreListedAllAndEndNothing()
    {
        var png = Picture(1);
        var findings = Check(
            ("train/cat/1.png", png),
            ("train/cat/cut.png", png[..(png.Length / 2)]),
            ("train/dog/2.png", Picture(2)),
            ("train/dog/page.jpg", ZipBytes.Text("<!DOCTYPE html>")),
            ("train/dog/inner.png", ZipBytes.Of(("a.png", png))));

        Assert.Equal(["x.zip/train/cat/cut.png", "x.zip/train/dog/page.jpg", "x.zip/train/dog/inner.png"], findings.Bad.Select(b => b.Name));
        Assert.All(findings.Bad, b => Assert.NotEmpty(b.Problem));
        Assert.Equal((5, 0.6), (findings.Pictures, findings.BadShare));
        Assert.Equal([1, 1], findings.Classes.Select(c => c.Train));
    }

    [Fact]
    public void Parse_ALookThatWasStored_ComparesAsItDid()
    {
        byte[][] pictures = [Picture(1), Picture(2), Slope(1)];
        PictureLook[] looks = [.. pictures.Select((p, i) => PictureLook.Of(ImageDecoder.Decode(p, 72), 72, $"{i}"))];
        PictureLook[] read = [.. looks.Select(l => PictureLook.Parse(l.ToText(), "x" + l.Sha256)!)];

        Assert.Equal([true, true, false], looks.Zip(read, (l, r) => l.IsLike(r)));
        Assert.False(read[0].IsLike(read[1]));
        Assert.Equal([false, false, true], read.Select(r => r.IsEven));
        Assert.Equal(looks.Select(l => l.ToText()), read.Select(r => r.ToText()));
        Assert.All(["", "AAAA", "%", looks[0].ToText() + "AAAA"], t => Assert.Null(PictureLook.Parse(t, "x")));
    }

    [Theory]
    [InlineData("Cat", "cat")]
    [InlineData("guide dog", "guide_dog")]
    [InlineData("guide dog", " guide  dog ")]
    [InlineData("caf\u00E9", "cafe\u0301")]
    [InlineData("\u01D8ber", "\u00DC\u0301ber")]
    [InlineData("\u304C\u304F", "\u304B\u3099\u304F")]
    [InlineData("\uD55C", "\u1112\u1161\u11AB")]
    [InlineData("\u0439", "\u0418\u0306")]
    [InlineData("cat", "cat\u200b")]
    [InlineData("hotdog", "hot\u00addog\u2060")]
    [InlineData("cat2", "\uff23\uff41\uff54\uff12")]
    [InlineData("red_cat", "red\u3000\uff43at")]
    [InlineData("gro\u00df", "GROSS")]
    [InlineData("gro\u1e9e", "gross")]
    [InlineData("\u2764", "\u2764\ufe0f")]
    [InlineData("\u03bf\u03b4\u03cc\u03c2", "\u039f\u0394\u038c\u03a3")]
    public void LookAlikes_NamesThatPeopleTakeForOne_AreTold(string first, string second)
    {
        var groups = DatasetCheck.LookAlikes([first, second, "other", first]);

        Assert.Equal(new[] { first, second }.Order(StringComparer.Ordinal), Assert.Single(groups));
    }

    [Fact]
    public void Of_ClassWithoutTrainingPictures_IsNotWhatOthersAreComparedWith()
    {
        var findings = Check([
            .. Enumerable.Range(0, 6).Select(i => ($"train/a/{i}.png", Picture(i))), ("train/b/6.png", Picture(6)), ("train/b/7.png", Picture(7)),
            ("test/c/8.png", Picture(8)), ("test/d/9.png", [1, 2, 3])]);

        Assert.Equal(3, findings.Imbalance);
        Assert.Equal(["d"], findings.Unreadable);
    }

    [Fact]
    public void LookAlikes_NamesThatDiffer_AreNot() => Assert.Empty(DatasetCheck.LookAlikes(["cat", "cats", "dog", "d0g", "cafe", "caf\u00E9"]));

    [Fact]
    public void Of_PicturesOfEveryKind_CountsThem()
    {
        using var turned = Pictures.Halves(90, 60);
        using var clear = new SKBitmap(50, 50, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        clear.Erase(SKColors.Red.WithAlpha(90));
        var findings = Check(
            ("a/1.png", ZipBytes.Gray(1, 20, 200)),
            ("a/2.png", ZipBytes.Gray(2, 40, 40)),
            ("b/3.jpg", Pictures.Encoded(turned, SKEncodedImageFormat.Jpeg, 90)),
            ("b/4.jpg", JpegFile.Oriented(turned, 6)),
            ("b/5.png", Pictures.Encoded(clear, SKEncodedImageFormat.Png)));

        var kinds = findings.Kinds!;

        Assert.Equal((1, 1, 1, 2, 1), (kinds.Small, kinds.Long, kinds.Turned, kinds.Grey, kinds.Transparent));
        Assert.Equal([40, 40], kinds.Smallest);
        Assert.Contains(kinds.Largest, s => s == 90);
    }

    [Fact]
    public void Of_PicturesWithoutTheirEndMarks_AreReadAndNamed()
    {
        using var bitmap = SKBitmap.Decode(Picture(9));
        var jpeg = Pictures.Encoded(bitmap, SKEncodedImageFormat.Jpeg, 90);

        var findings = Check(
            ("train/a/1.png", Picture(1)), ("train/a/2.png", Picture(2)[..^12]), ("train/b/3.jpg", jpeg[..^2]),
            ("train/b/4.jpg", jpeg[..^60]), ("train/b/5.png", Picture(5)[..^4]));

        Assert.Equal(["x.zip/train/a/2.png", "x.zip/train/b/3.jpg", "x.zip/train/b/5.png"], findings.EndMissing);
        Assert.Equal(["x.zip/train/b/4.jpg"], findings.Bad.Select(b => b.Name));
    }

    // Light from one side, and a little noise.
    private static byte[] Slope(int seed)
    {
        const int side = 64;
        var random = new Random(seed);
        var rgb = new byte[side * side * 3];
        for (var i = 0; i < rgb.Length; i++) rgb[i] = (byte)(60 + (i / 3 % side) + (i / 3 / side / 2) + random.Next(9));
        return ImageEncoder.Png(rgb, side, side);
    }

    // Blobs of their own at places of their own: large enough to be seen at a glance.
    private static byte[] Picture(int seed)
    {
        const int side = 96;
        var random = new Random(seed);
        var blobs = Enumerable.Range(0, 12)
            .Select(_ => (X: random.Next(side), Y: random.Next(side), Radius: 8 + random.Next(20), Level: random.Next(256)))
            .ToList();
        var rgb = new byte[side * side * 3];
        for (var i = 0; i < side * side; i++)
        {
            var level = 120;
            foreach (var blob in blobs.Where(b => Math.Pow((i % side) - b.X, 2) + Math.Pow((i / side) - b.Y, 2) < b.Radius * b.Radius))
                level = blob.Level;
            for (var c = 0; c < 3; c++) rgb[(i * 3) + c] = (byte)level;
        }

        return ImageEncoder.Png(rgb, side, side);
    }

    private static DatasetFindings Check(params (string Name, byte[] Bytes)[] entries)
    {
        using var zip = new MemoryStream(ZipBytes.Of(entries), writable: false);
        using var folder = ImageFolder.Open([("x.zip", DatasetSplit.Train, zip)]);
        return DatasetCheck.Of(folder);
    }
}
