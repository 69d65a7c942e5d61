using WrnCloud.Datasets;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class Cifar10BinaryTests
{
    private static readonly string[] ThreeClasses = ["a", "b", "c"];

    [Fact]
    public void Read_WhatWriteWrote_IsTheSame()
    {
        var images = Shapes10.Generate(25, 3);

        var read = Cifar10Binary.Read(Cifar10Binary.Write(images), "train.bin", Shapes10.Classes);

        Assert.Equal(images.Pixels, read.Pixels);
        Assert.Equal(images.Labels, read.Labels);
        Assert.Equal(25, read.Count);
    }

    [Fact]
    public void Read_OneRecord_TakesTheFirstByteAsLabel()
    {
        var file = new byte[Cifar10Binary.RecordBytes];
        file[0] = 2;
        file[1] = 11;
        file[^1] = 99;

        var images = Cifar10Binary.Read(file, "x.bin", ThreeClasses);

        Assert.Equal([2], images.Labels);
        Assert.Equal(11, images.Pixels[0]);
        Assert.Equal(99, images.Pixels[^1]);
    }

    [Fact]
    public void Read_SeveralFiles_JoinsThemInOrder()
    {
        var (first, second) = (Shapes10.Generate(10, 1), Shapes10.Generate(20, 2));

        var read = Cifar10Binary.Read([("1.bin", Cifar10Binary.Write(first)), ("2.bin", Cifar10Binary.Write(second))], Shapes10.Classes);

        Assert.Equal([.. first.Labels, .. second.Labels], read.Labels);
        Assert.Equal([.. first.Pixels, .. second.Pixels], read.Pixels);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(3072, 0)]
    [InlineData(3074, 3073)]
    [InlineData(3073 * 4 - 1, 3073 * 3)]
    public void Read_LengthNoMultipleOfARecord_NamesTheBrokenRecord(int length, long offset)
    {
        var error = Assert.Throws<DatasetException>(() => Cifar10Binary.Read(new byte[length], "part.bin", ThreeClasses));

        Assert.Equal("data-invalid", error.Error.Code);
        Assert.Equal("part.bin", error.FileName);
        Assert.Equal(offset, error.Offset);
    }

    [Fact]
    public void Read_LabelOutOfRange_NamesItsByteInItsFile()
    {
        var good = new byte[Cifar10Binary.RecordBytes];
        var bad = new byte[Cifar10Binary.RecordBytes * 2];
        bad[Cifar10Binary.RecordBytes] = 3;

        var error = Assert.Throws<DatasetException>(() => Cifar10Binary.Read([("1.bin", good), ("2.bin", bad)], ThreeClasses));

        Assert.Equal("2.bin", error.FileName);
        Assert.Equal(Cifar10Binary.RecordBytes, error.Offset);
        Assert.Contains("3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooLong_IsRefusedBeforeAnyImage()
    {
        var part = new byte[Cifar10Binary.RecordBytes * 1000];
        var parts = (Cifar10Binary.MaxFileBytes / part.Length) + 1;
        var files = Enumerable.Range(0, parts).Select(i => ($"{i}.bin", new ReadOnlyMemory<byte>(part))).ToArray();

        Assert.Throws<DatasetException>(() => Cifar10Binary.Read(files, ThreeClasses));
    }

    [Fact]
    public void Read_NoFile_IsAnError() => Assert.Throws<DatasetException>(() => Cifar10Binary.Read([], ThreeClasses));

    [Fact]
    public void Read_RealTestBatch_IsBalanced()
    {
        var path = RepositoryData.Find("cifar-10-tiny/tiny_test.bin");
        if (path is null) Assert.Skip("CIFAR-10 is not on this machine.");

        var images = Cifar10Binary.Read(File.ReadAllBytes(path), "tiny_test.bin", Cifar10Binary.Cifar10Classes);

        Assert.Equal(200, images.Count);
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(20, images.Labels.Count(l => l == label)));
    }
}
