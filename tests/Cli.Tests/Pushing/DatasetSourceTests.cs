using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Tests.Pushing;

public sealed class DatasetSourceTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_Cifar100_TakesTheFineClasses()
    {
        folder.Write("train.bin", [0, 7, .. new byte[3072], 3, 99, .. new byte[3072]]);
        folder.Write("test.bin", [0, 1, .. new byte[3072]]);

        var dataset = Read("cifar100", DatasetFormat.Cifar100Binary, folder.Path);

        Assert.Equal((2, 1, 100), (dataset.Manifest.Images.Train, dataset.Manifest.Images.Test, dataset.Manifest.Classes.Count));
        Assert.Equal([7, 99], dataset.Train.Labels);
        folder.Write("fine_label_names.txt", "a\nb\n");
        Assert.Throws<DatasetException>(() => Read("cifar100", DatasetFormat.Cifar100Binary, folder.Path));
    }

    [Fact]
    public void Read_Svhn_TakesExtraForTraining()
    {
        foreach (var name in new[] { "train_32x32.mat", "extra_32x32.mat", "test_32x32.mat" }) folder.Write(name, Mat(digit: 3));

        var dataset = Read("svhn", DatasetFormat.SvhnMat, folder.Path);

        Assert.Equal((2, 1), (dataset.Manifest.Images.Train, dataset.Manifest.Images.Test));
        Assert.Equal(["extra_32x32.mat", "train_32x32.mat", "test_32x32.mat"], dataset.Files.Select(f => f.Name));
        Assert.Equal(200 / 255.0, dataset.Manifest.Statistics.Mean[0], 1e-9);
        File.Delete(Path.Combine(folder.Path, "test_32x32.mat"));
        Assert.Contains(
            "*.mat", Assert.Throws<UsageException>(() => Read("svhn", DatasetFormat.SvhnMat, folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ImageFolderOfOneSplit_DrawsTheOthers()
    {
        var zip = Zip("pets.zip", [.. Enumerable.Range(0, 40).Select(i => $"{(i % 2 == 0 ? "cat" : "dog")}/{i}.png")]);

        var dataset = Read("pets", DatasetFormat.ImageFolder, zip);

        Assert.Equal(new DatasetSizes(32, 4) { Validation = 4 }, dataset.Manifest.Images);
        Assert.Equal(["cat", "dog"], dataset.Manifest.Classes);
        Assert.Equal(DrawnSplit.Default, DatasetManifest.Parse(dataset.Manifest.Serialize()).Drawn);
        Assert.Equal(["pets.zip", "pictures.jsonl"], dataset.Files.Select(f => f.Name));
    }

    [Fact]
    public void Read_OneClassAlone_SaysWhichAndWhatIsExpected()
    {
        var zip = Zip("pets.zip", "train/cat/1.png", "train/cat/2.png");

        var message = Assert.Throws<FailedException>(() => Read("pets", DatasetFormat.ImageFolder, zip)).Message;

        Assert.Contains("'cat'", message, StringComparison.Ordinal);
        Assert.Contains("train/CLASS/FILE", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FilesThatAreNotRead_AreTold()
    {
        var zip = Zip("pets.zip", "train/cat/1.png", "train/dog/1.png", "test/dog/2.png", "bird/1.png");

        var leftOut = new List<string>();
        Read("pets", DatasetFormat.ImageFolder, zip, leftOut);

        Assert.Equal(["pets.zip: 1 picture outside the layout, such as bird/1.png."], leftOut);
    }

    [Theory]
    [InlineData("train/cat/1.png train/cat/2.png", "one class only")]
    [InlineData("cat/1.png dog/1.png", "No picture is left to test on")]
    [InlineData("train_a/1.png test_a/2.png", "look like splits")]
    public async Task Push_FaultOfTheData_EndsWith1AndItsSentenceAlone(string pictures, string said)
    {
        foreach (var entry in pictures.Split(' ')) Picture(entry);

        var run = await Wrn.RunAsync(["datasets", "push", "pets", folder.Path, "--endpoint", "http://127.0.0.1:9", "--key", "k"]);

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains(said, string.Join(' ', run.Error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("(none)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ImageFolderWithoutPictures_SaysWhatIsLookedFor()
    {
        Assert.Contains(
            "CLASS/FILE", Assert.Throws<UsageException>(() => Read("x", DatasetFormat.ImageFolder, folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no file",
            Assert.Throws<UsageException>(() => Read("x", DatasetFormat.ImageFolder, folder.Path + "x")).Message,
            StringComparison.Ordinal);
        Zip("x.zip", "about.png");
        Assert.Contains(
            "train/CLASS/FILE",
            Assert.Throws<FailedException>(() => Read("x", DatasetFormat.ImageFolder, folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FolderOfFolders_IsPackedAsItIs()
    {
        foreach (var entry in new[] { "train/dog/2.png", "train/cat/deep/1.png", "test/dog/3.png" }) Picture(entry);
        folder.Write("notes.txt", "none");
        folder.Write("train/cat/.DS_Store", [1]);

        var leftOut = new List<string>();
        var dataset = Read("pets", DatasetFormat.ImageFolder, folder.Path, leftOut);

        Assert.Equal((2, 1), (dataset.Manifest.Images.Train, dataset.Manifest.Images.Test));
        Assert.Equal(["cat", "dog"], dataset.Manifest.Classes);
        Assert.Equal(["2 companion files (hidden files, thumbnails, texts, tables)."], leftOut);
        Assert.Equal(["pictures.zip", "pictures.jsonl"], dataset.Files.Select(f => f.Name));
    }

    [Fact]
    public void Pack_OnLinux_LeavesNoFileToAKilledProcess()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Windows deletes such files itself.");
        foreach (var i in Enumerable.Range(0, 4)) Picture($"train/{(i < 2 ? "cat" : "dog")}/{i}.png");

        var files = PackedFolder.Pack(folder.Path, FolderListing.Of(folder.Path));

        using var one = files[0].Open();
        using var other = files[0].Open();
        Assert.Equal([(byte)'P', (byte)'P'], [one.ReadByte(), other.ReadByte()]);
        var packed = Directory.GetFiles("/proc/self/fd")
            .Select(f => new FileInfo(f).LinkTarget ?? "")
            .Where(t => t.Contains("/wrn-", StringComparison.Ordinal) && t.Contains(".zip", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(packed);
        Assert.All(packed, target => Assert.EndsWith(" (deleted)", target, StringComparison.Ordinal));
    }

    [Fact]
    public void Pack_LargeFolder_IsSeveralZipsThatAreLookedAtTogether()
    {
        foreach (var i in Enumerable.Range(0, 9)) Picture($"{(i < 6 ? "train" : "test")}/{(i % 3 == 0 ? "cat" : "dog")}/{i}.png");

        var files = PackedFolder.Pack(folder.Path, FolderListing.Of(folder.Path), partBytes: 300);

        Assert.InRange(files.Count, 2, 8);
        Assert.Equal("pictures-0002.zip", files[1].Name);
        using var whole = ImageFolder.Open([.. files.Select(f => (f.Name, DatasetSplit.Train, f.Open()))]);
        var set = PictureSet.Of(whole, DrawnSplit.Default with { Validation = 0 }, 0);
        Assert.Equal(new DatasetSizes(6, 3), set.Index.Sizes);
        Assert.Equal(["cat", "dog"], set.Classes);
        Assert.Equal(files.Select(f => f.Name), set.Index.Pictures.Select(p => p.Zip).Distinct());
        Assert.All(
            PackedFolder.Pack(folder.Path, FolderListing.Of(folder.Path), partBytes: 300).Zip(files),
            f => Assert.Equal(f.Second.Describe(DatasetSplit.Train), f.First.Describe(DatasetSplit.Train)));
    }

    [Fact]
    public void Read_FolderPushedAgain_IsTheSameWhateverTheDates()
    {
        string[] entries = ["cat/1.png", "cat/2.png", "dog/3.png", "dog/4.png"];
        foreach (var entry in entries) Picture(entry);
        var first = Read("pets", DatasetFormat.ImageFolder, folder.Path).Manifest.DatasetHash;
        foreach (var entry in entries.Reverse())
            File.SetLastWriteTimeUtc(Path.Combine(folder.Path, entry), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        Assert.Equal(first, Read("pets", DatasetFormat.ImageFolder, folder.Path).Manifest.DatasetHash);
        Picture("dog/5.png");
        Assert.NotEqual(first, Read("pets", DatasetFormat.ImageFolder, folder.Path).Manifest.DatasetHash);
    }

    [Fact]
    public void Read_FolderThatLinksToItself_Ends()
    {
        foreach (var entry in new[] { "train/cat/1.png", "train/dog/1.png", "test/dog/2.png" }) Picture(entry);
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "train", "again"), folder.Path);

        var dataset = Read("pets", DatasetFormat.ImageFolder, folder.Path);

        Assert.Equal(["cat", "dog"], dataset.Manifest.Classes);
        Assert.Equal((2, 1), (dataset.Manifest.Images.Train, dataset.Manifest.Images.Test));
    }

    [Theory]
    [InlineData("data_batch_1.bin", DatasetFormat.Cifar10Binary)]
    [InlineData("fine_label_names.txt", DatasetFormat.Cifar100Binary)]
    [InlineData("train_32x32.mat", DatasetFormat.SvhnMat)]
    [InlineData("cat/1.png", DatasetFormat.ImageFolder)]
    [InlineData("train.zip", DatasetFormat.ImageFolder)]
    public void FormatOf_AFolder_IsWhatItsFilesTell(string file, DatasetFormat format)
    {
        folder.Write(file, [1]);

        Assert.Equal(format, DatasetSource.FormatOf(folder.Path));
    }

    private static LocalDataset Read(string name, DatasetFormat format, string path, List<string>? leftOut = null) =>
        DatasetSource.Read(name, format, path, PushOptions.Default with { Report = f => leftOut?.AddRange(f.LeftOut) }, CancellationToken.None);

    private void Picture(string path) => Photographs.Write(folder, path);

    private string Zip(string name, params string[] entries) => Photographs.Zip(folder, name, entries);

    // One image of the value 200 everywhere, little-endian, uncompressed.
    private static byte[] Mat(byte digit)
    {
        var pixels = new byte[3072];
        Array.Fill(pixels, (byte)200);
        return [.. new byte[125], 1, (byte)'I', (byte)'M', .. Variable("X", [32, 32, 3, 1], pixels), .. Variable("y", [1, 1], [digit])];

        static byte[] Variable(string name, int[] dimensions, byte[] numbers)
        {
            byte[] body =
            [
                .. Element(6, [9, 0, 0, 0, 0, 0, 0, 0]),
                .. Element(5, [.. dimensions.SelectMany(BitConverter.GetBytes)]),
                .. Element(1, [(byte)name[0]]),
                .. Element(2, numbers),
            ];
            return Element(14, body);
        }

        static byte[] Element(int type, byte[] data) =>
            [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes(data.Length), .. data, .. new byte[(8 - (data.Length % 8)) % 8]];
    }
}
