using WrnCloud.Datasets;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class DatasetReaderTests
{
    private static readonly LabelledImages Train = Shapes10.Generate(20, 1);
    private static readonly LabelledImages Test = Shapes10.Generate(10, 2);
    private readonly Dictionary<string, ReadOnlyMemory<byte>> files = new()
    {
        ["train.bin"] = Cifar10Binary.Write(Train),
        ["test.bin"] = Cifar10Binary.Write(Test),
    };

    [Fact]
    public void Read_FilesAsStated_GivesTheSplit()
    {
        Assert.Equal(Train.Pixels, DatasetReader.Read(Manifest(), DatasetSplit.Train, files).Pixels);
        Assert.Equal(Test.Labels, DatasetReader.Read(Manifest(), DatasetSplit.Test, files).Labels);
    }

    [Fact]
    public void Read_AnyBitFlipped_IsRefused()
    {
        var manifest = Manifest();
        var random = new Random(1);
        for (var i = 0; i < 50; i++)
        {
            var bytes = Cifar10Binary.Write(Test);
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            files["test.bin"] = bytes;
            Assert.Equal("test.bin", Assert.Throws<DatasetException>(() => DatasetReader.Read(manifest, DatasetSplit.Test, files)).FileName);
        }
    }

    [Fact]
    public void Read_FileShortened_NamesWhereItEnds()
    {
        var manifest = Manifest();
        files["test.bin"] = files["test.bin"][..5000];

        Assert.Equal(5000, Assert.Throws<DatasetException>(() => DatasetReader.Read(manifest, DatasetSplit.Test, files)).Offset);
    }

    [Fact]
    public void Read_FileMissing_NamesIt()
    {
        var manifest = Manifest();
        files.Remove("train.bin");

        Assert.Equal("train.bin", Assert.Throws<DatasetException>(() => DatasetReader.Read(manifest, DatasetSplit.Train, files)).FileName);
    }

    [Fact]
    public void Read_CountDiffersFromTheManifest_IsRefused() =>
        Assert.Throws<DatasetException>(() => DatasetReader.Read(Manifest() with { Images = new DatasetSizes(19, 10) }, DatasetSplit.Train, files));

    [Fact]
    public void Read_BytesOfAnotherFormat_IsRefused() =>
        Assert.Throws<DatasetException>(() => DatasetReader.Read(Manifest() with { Format = DatasetFormat.SvhnMat }, DatasetSplit.Train, files));

    [Fact]
    public void Read_OtherSizeThanTheRecords_IsRefused()
    {
        var error = Assert.Throws<DatasetException>(() => DatasetReader.Read(Manifest(), DatasetSplit.Train, files, 224));

        Assert.Contains("224×224", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Svhn_GivesBothSplits()
    {
        files["train.mat"] = SvhnMatTests.Write(5);
        files["extra.mat"] = SvhnMatTests.Write(3, packed: false);
        files["test.mat"] = SvhnMatTests.Write(2);
        var manifest = Of(
            DatasetFormat.SvhnMat,
            SvhnMat.Digits,
            new DatasetSizes(8, 2),
            ("train.mat", DatasetSplit.Train),
            ("extra.mat", DatasetSplit.Train),
            ("test.mat", DatasetSplit.Test));

        Assert.Equal([0, 1, 9, 5, 2, 0, 1, 9], DatasetReader.Read(manifest, DatasetSplit.Train, files).Labels);
        Assert.Equal([0, 1], DatasetReader.Read(manifest, DatasetSplit.Test, files).Labels);
    }

    [Fact]
    public void Read_ImageFolder_ComesInTheSizeWanted()
    {
        files["pets.zip"] = ZipBytes.Of(
            ("train/b/1.png", ZipBytes.Gray(90, 70, 50)),
            ("train/a/1.png", ZipBytes.Gray(80)),
            ("test/b/2.png", ZipBytes.Gray(70)));
        var manifest = Of(DatasetFormat.ImageFolder, ["a", "b"], new DatasetSizes(2, 1), ("pets.zip", DatasetSplit.Train));

        var train = DatasetReader.Read(manifest, DatasetSplit.Train, files, 64);

        Assert.Equal((64, 3 * 64 * 64 * 2), (train.Size, train.Pixels.Length));
        Assert.Equal([1, 0], train.Labels);
        Assert.Equal((90, 80), (train.Image(0)[100], train.Image(1)[100]));
        Assert.Equal(1, DatasetReader.Read(manifest, DatasetSplit.Test, files).Label(0));
    }

    private DatasetManifest Of(
        DatasetFormat format, IReadOnlyList<string> classes, DatasetSizes sizes, params (string Name, DatasetSplit Split)[] named) =>
        new DatasetManifest(
            DatasetManifest.CurrentSchema,
            "x",
            format,
            classes,
            [.. named.Select(f => DatasetFile.Of(f.Name, f.Split, files[f.Name].Span))],
            sizes,
            new ChannelStatistics([0.5, 0.5, 0.5], [0.2, 0.2, 0.2])).Checked();

    private DatasetManifest Manifest() => DatasetManifest.Of(
        Shapes10.Name,
        DatasetFormat.Cifar10Binary,
        [
            DatasetFile.Of("train.bin", DatasetSplit.Train, files["train.bin"].Span),
            DatasetFile.Of("test.bin", DatasetSplit.Test, files["test.bin"].Span),
        ],
        Train,
        Test);
}
