using WrnCloud.Cli.Pushing;
using WrnCloud.Datasets;

namespace WrnCloud.Cli.Tests.Pushing;

public sealed class Cifar10FolderTests : IDisposable
{
    private static readonly string[] All =
    [
        "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin",
    ];
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_TheSixFilesOfCifar10_JoinsTheTrainingBatches()
    {
        for (var i = 0; i < All.Length; i++) folder.Write(All[i], Cifar10Binary.Write(Shapes10.Generate(10, (ulong)i)));
        var dataset = Cifar10Folder.Read("cifar10", folder.Path);
        Assert.Equal((50, 10), (dataset.Manifest.Images.Train, dataset.Manifest.Images.Test));
        Assert.Equal("airplane", dataset.Manifest.Classes[0]);
        Assert.Equal(All, dataset.Files.Select(f => f.Name));
    }

    [Fact]
    public void Find_SomeMissing_NamesEachAndOnlyThose()
    {
        folder.Write("data_batch_1.bin", "x");
        var sentence = Assert.Throws<UsageException>(() => Cifar10Folder.Find(folder.Path)).Message;
        Assert.Contains("data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin, test_batch.bin", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("data_batch_1.bin", sentence, StringComparison.Ordinal);
        Assert.Contains("tar -xzf", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_StillPacked_SaysHowToUnpack()
    {
        foreach (var name in All) folder.Write(name + ".xz", "x");
        Assert.Contains("xz -dk", Assert.Throws<UsageException>(() => Cifar10Folder.Find(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NoFolder_SaysSo() =>
        Assert.Contains(
            "no folder",
            Assert.Throws<UsageException>(() => Cifar10Folder.Find(Path.Combine(folder.Path, "absent"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Read_NameThatCannotBeStored_SaysWhich()
    {
        folder.Write("My Train.bin", Cifar10Binary.Write(Shapes10.Generate(10, 1)));
        folder.Write("train.bin", Cifar10Binary.Write(Shapes10.Generate(10, 1)));
        folder.Write("Test Set.bin", Cifar10Binary.Write(Shapes10.Generate(10, 2)));
        folder.Write("test.bin", Cifar10Binary.Write(Shapes10.Generate(10, 2)));
        File.Move(Path.Combine(folder.Path, "test.bin"), Path.Combine(folder.Path, "a test.bin"));
        Assert.Contains("a test.bin", Assert.Throws<UsageException>(() => Cifar10Folder.Read("x", folder.Path)).Message, StringComparison.Ordinal);
    }
}
