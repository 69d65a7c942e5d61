using WrnCloud.Datasets;
using WrnCloud.Datasets.Checks;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class PictureExtensionTests
{
    private static readonly PictureSet Parent = PictureSet.Of(
        Open("x.zip", [.. Enumerable.Range(0, 40).Select(i => ($"{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", (byte)i))]),
        DrawnSplit.Default,
        0);
    private static readonly DatasetManifest Manifest = Parent.ToManifest("parent", [File("x.zip"), File(PictureIndex.FileName)]);

    [Fact]
    public void Of_NewPictures_LeaveTheTestSplitAsItIs()
    {
        var added = Enumerable.Range(0, 20).Select(i => ($"{(i % 2 == 0 ? "cat" : "eel")}/{i}.png", (byte)(100 + i)));

        var extension = Extend([.. added, ("test/cat/1.png", 200)]);

        Assert.Equal(Tested(Parent.Index), Tested(extension.Index));
        Assert.Equal(["cat", "dog", "eel"], extension.Classes);
        Assert.Equal(new DatasetSizes(32 + 18, 4) { Validation = 4 + 2 }, extension.Index.Sizes);
        Assert.Equal(1, extension.LikeTest);
        Assert.True(extension.Statistics.Mean[0] > Manifest.Statistics.Mean[0]);
        Assert.Equal(Parent.Index.Pictures, extension.Index.Pictures.Take(40));
    }

    [Fact]
    public void Of_PicturesThatAreThere_AreNotAddedAgain()
    {
        var (train, test) = (Level(DatasetSplit.Train), Level(DatasetSplit.Test));

        var extension = Extend(
            ($"{Label(train)}/again.png", train),
            ("cat/new.png", 77),
            ($"{(Label(test) == "cat" ? "dog" : "cat")}/other.png", test));

        Assert.Equal((1, 1), (extension.Known, extension.LikeTest));
        Assert.Single(extension.Conflicts);
        Assert.Equal("train/cat/new.png", extension.Index.Pictures[40].Name);
        Assert.Equal(41, extension.Index.Pictures.Count);
    }

    [Fact]
    public void Of_Corrections_ChangeLabelsAlone()
    {
        var name = Parent.Index.Pictures[3].Name;

        var extension = PictureExtension.Of(Manifest, Parent.Index, [], new Dictionary<string, string> { [$"x.zip/{name}"] = "cat" });

        Assert.Equal(Parent.Index.Pictures[3] with { Class = "cat" }, extension.Index.Pictures[3]);
        Assert.Equal(Manifest.Images, extension.Index.Sizes);
        Assert.Equal(Manifest.Statistics, extension.Statistics);
        Assert.Throws<DatasetException>(
            () => PictureExtension.Of(Manifest, Parent.Index, [], new Dictionary<string, string> { ["x.zip/none.png"] = "cat" }));
    }

    private static PictureExtension Extend(params (string Name, byte Level)[] added)
    {
        var pictures = new List<CheckedPicture>();
        using var folder = Open("more.zip", added);
        folder.Inspect(pictures.Add);
        return PictureExtension.Of(Manifest, Parent.Index, pictures, new Dictionary<string, string>());
    }

    private static byte Level(DatasetSplit split) =>
        byte.Parse(Path.GetFileNameWithoutExtension(Parent.Index.Pictures.First(p => p.Split == split).Name));

    private static string Label(byte level) => level % 2 == 0 ? "cat" : "dog";

    private static IEnumerable<IndexedPicture> Tested(PictureIndex index) => index.Pictures.Where(p => p.Split == DatasetSplit.Test);

    private static ImageFolder Open(string name, (string Name, byte Level)[] pictures)
    {
        var entries = pictures.Select(
            p => ($"{(p.Name.StartsWith("test/", StringComparison.Ordinal) ? "" : "train/")}{p.Name}", ZipBytes.Gray(p.Level)));
        return ImageFolder.Open([(name, DatasetSplit.Train, new MemoryStream(ZipBytes.Of([.. entries])))]);
    }

    private static DatasetFile File(string name) => DatasetFile.Of(name, DatasetSplit.Train, [1]);
}
