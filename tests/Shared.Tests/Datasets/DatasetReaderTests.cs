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
    public void Read_FormatNotSupported_IsRefused() =>
        Assert.Throws<DatasetException>(() => DatasetReader.Read(Manifest() with { Format = DatasetFormat.SvhnMat }, DatasetSplit.Train, files));

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
