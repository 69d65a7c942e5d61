using WrnCloud.Datasets;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class PictureSetTests
{
    [Fact]
    public void Of_GoodPictures_IsReadBackAsItWasSplit()
    {
        var zip = ZipBytes.Of([.. Enumerable.Range(0, 40).Select(i => ($"{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", ZipBytes.Gray((byte)(i * 6))))]);
        var set = Of(zip);
        var (manifest, files) = Stored(set, zip);

        var train = DatasetReader.Read(manifest, DatasetSplit.Train, files);
        var validation = DatasetReader.Read(manifest, DatasetSplit.Validation, files);
        var test = DatasetReader.Read(manifest, DatasetSplit.Test, files);

        Assert.Equal(new DatasetSizes(32, 4) { Validation = 4 }, manifest.Images);
        Assert.Equal((32, 4, 4), (train.Count, validation.Count, test.Count));
        var levels = new[] { train, validation, test }
            .SelectMany(s => Enumerable.Range(0, s.Count).Select(i => (Level: (int)s.Image(i)[0], Label: s.Label(i))))
            .ToList();
        Assert.Equal(Enumerable.Range(0, 40).Select(i => i * 6), levels.Select(l => l.Level).Order());
        Assert.All(levels, l => Assert.Equal(l.Level / 6 % 2, l.Label));
        Assert.Equal(ChannelStatistics.Of(train).Mean, manifest.Statistics.Mean);
        Assert.Equal(DatasetManifest.Parse(manifest.Serialize()).DatasetHash, manifest.DatasetHash);
    }

    [Fact]
    public void Of_BadPictures_AreLeftOutUpToTheShare()
    {
        var entries = Enumerable.Range(0, 19)
            .Select(i => ($"{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", ZipBytes.Gray((byte)(i * 6))))
            .Append(("dog/page.jpg", ZipBytes.Text("<html>")));
        var zip = ZipBytes.Of([.. entries]);

        var set = Of(zip, maxBad: 0.05);

        Assert.Equal(19, set.Index.Pictures.Count);
        Assert.Equal("x.zip/dog/page.jpg", Assert.Single(set.Findings.Bad).Name);
        Assert.Equal("x.zip/dog/page.jpg", Assert.Throws<DatasetException>(() => Of(zip, maxBad: 0.049)).FileName);
    }

    [Fact]
    public void Of_ClassOfWhichNothingCanBeRead_IsNamed()
    {
        var zip = ZipBytes.Of(
            ("a/1.png", ZipBytes.Gray(1)), ("a/2.png", ZipBytes.Gray(2)), ("b/1.png", ZipBytes.Gray(3)), ("b/2.png", ZipBytes.Gray(4)),
            ("lost one/1.png", ZipBytes.Text("<html>")), ("lost one/2.png", ZipBytes.Text("<html>")));

        var message = Assert.Throws<DatasetException>(() => Of(zip, maxBad: 0.5)).Message;

        Assert.Contains("'lost one'", message, StringComparison.Ordinal);
        Assert.Contains("more than 29.9 %", Assert.Throws<DatasetException>(() => Of(zip, maxBad: 0.299)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ClassWithoutTrainingPictures_IsRefused()
    {
        var zip = ZipBytes.Of(
            ("train/a/1.png", ZipBytes.Gray(1)),
            ("train/b/1.png", ZipBytes.Gray(2)),
            ("test/a/1.png", ZipBytes.Gray(3)),
            ("test/c/1.png", ZipBytes.Gray(4)));

        var error = Assert.Throws<DatasetException>(() => Of(zip));

        Assert.Equal("x.zip/test/c/1.png", error.FileName);
        Assert.Contains("'c'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_PicturesThatCannotMeasure_SaysWhy()
    {
        var zip = ZipBytes.Of(
            ("a/1.png", ZipBytes.Gray(1)),
            ("b/1.png", ZipBytes.Gray(1)),
            ("a/2.png", ZipBytes.Gray(2)),
            ("b/2.png", ZipBytes.Gray(2)));

        Assert.Contains("under more than one class", Assert.Throws<DatasetException>(() => Of(zip)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_TheSamePictureInGivenSplits_IsToldAndStays()
    {
        var zip = ZipBytes.Of(
            ("train/a/1.png", ZipBytes.Gray(1)),
            ("train/b/1.png", ZipBytes.Gray(2)),
            ("val/a/1.png", ZipBytes.Gray(5)),
            ("test/a/1.png", ZipBytes.Gray(1)));

        var set = Of(zip);

        Assert.Equal([DatasetSplit.Train, DatasetSplit.Train, DatasetSplit.Validation, DatasetSplit.Test], set.Index.Pictures.Select(p => p.Split));
        Assert.Equal([["x.zip/train/a/1.png", "x.zip/test/a/1.png"]], set.Findings.Leaks);
        Assert.Equal([1, null, null, 1], set.Index.Pictures.Select(p => p.Group));
        Assert.Null(set.Drawn);
    }

    [Fact]
    public void Read_IndexOfOtherBytes_IsRefused()
    {
        var zip = ZipBytes.Of([.. Enumerable.Range(0, 12).Select(i => ($"{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", ZipBytes.Gray((byte)(i * 6))))]);
        var (manifest, files) = Stored(Of(zip), zip);
        var changed = files[PictureIndex.FileName].ToArray();
        changed[^3] ^= 1;
        files[PictureIndex.FileName] = changed;

        Assert.Equal(PictureIndex.FileName, Assert.Throws<DatasetException>(() => DatasetReader.Read(manifest, DatasetSplit.Test, files)).FileName);
    }

    private static PictureSet Of(byte[] zip, double maxBad = 0)
    {
        using var folder = ImageFolder.Open([("x.zip", DatasetSplit.Train, new MemoryStream(zip))]);
        return PictureSet.Of(folder, DrawnSplit.Default, maxBad);
    }

    private static (DatasetManifest Manifest, Dictionary<string, ReadOnlyMemory<byte>> Files) Stored(PictureSet set, byte[] zip)
    {
        var index = set.Index.Serialize();
        DatasetFile[] files =
        [
            DatasetFile.Of("x.zip", DatasetSplit.Train, zip),
            DatasetFile.Of(PictureIndex.FileName, DatasetSplit.Train, index),
        ];
        var manifest = set.ToManifest("pets", files);
        return (manifest, new Dictionary<string, ReadOnlyMemory<byte>> { ["x.zip"] = zip, [PictureIndex.FileName] = index });
    }
}
