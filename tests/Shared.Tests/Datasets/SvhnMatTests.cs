using WrnCloud.Datasets;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class SvhnMatTests
{
    private static readonly double[] SomeLabels = [10, 1, 9, 5, 2];

    [Theory]
    [InlineData(false, false, MatBytes.UInt8)]
    [InlineData(false, true, MatBytes.UInt8)]
    [InlineData(true, false, MatBytes.Double)]
    [InlineData(true, true, MatBytes.UInt16)]
    [InlineData(false, true, MatBytes.Int8)]
    [InlineData(true, false, MatBytes.Single)]
    [InlineData(false, false, MatBytes.Int32)]
    public void Read_EveryWayOfWriting_GivesTheSameImages(bool bigEndian, bool packed, int labelType)
    {
        var (planes, labels) = Read(Write(5, bigEndian, packed, labelType));

        Assert.Equal([0, 1, 9, 5, 2], labels);
        for (var i = 0; i < 5; i++)
        {
            foreach (var (channel, row, column) in new[] { (0, 0, 0), (0, 0, 31), (1, 7, 3), (2, 31, 30) })
                Assert.Equal(Pixel(i, channel, row, column), planes[i][(channel * 1024) + (row * 32) + column]);
        }
    }

    [Fact]
    public void Read_LabelsBeforePixelsAndOtherVariables_IsTheSame()
    {
        var mat = new MatBytes();
        var file = mat.File(
            mat.Pack(mat.Array("y", [1, 2], MatBytes.UInt8, [10, 3])),
            mat.Array("comment", [1, 2], MatBytes.UInt16, [65, 0, 66, 0], arrayClass: 4),
            mat.Element(MatBytes.Matrix, []),
            mat.Array("X", [32, 32, 3, 2], MatBytes.UInt8, Pixels(2)));

        var (planes, labels) = Read(file);

        Assert.Equal([0, 3], labels);
        Assert.Equal(Pixel(1, 1, 2, 3), planes[1][1024 + 64 + 3]);
    }

    [Fact]
    public void Read_OneImage_HasThreeDimensions()
    {
        var mat = new MatBytes();

        Assert.Equal([7], Read(mat.File(mat.Array("X", [32, 32, 3], MatBytes.UInt8, Pixels(1)), mat.Array("y", [1, 1], MatBytes.UInt8, [7]))).Labels);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(11.0)]
    [InlineData(2.5)]
    [InlineData(double.NaN)]
    [InlineData(-1.0)]
    public void Read_LabelOutOfRange_IsRefused(double label)
    {
        var mat = new MatBytes();
        var x = mat.Array("X", [32, 32, 3], MatBytes.UInt8, Pixels(1));
        var y = mat.Array("y", [1, 1], MatBytes.Double, mat.Numbers(MatBytes.Double, label));
        var file = mat.File(x, y);

        Assert.Contains("Label 0", Assert.Throws<DatasetException>(() => Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhatIsNotSvhn_SaysWhere()
    {
        var mat = new MatBytes();
        var x = mat.Array("X", [32, 32, 3, 2], MatBytes.UInt8, Pixels(2));
        var y = mat.Array("y", [2, 1], MatBytes.UInt8, [1, 2]);

        AssertRefused(0, "no numeric array y", mat.File(x));
        AssertRefused(0, "no numeric array X", mat.File(y));
        AssertRefused(128, "2 images, y 3 labels", mat.File(x, mat.Array("y", [3, 1], MatBytes.UInt8, [1, 2, 3])));
        AssertRefused(128, "32×32×3×N are expected", mat.File(mat.Array("X", [32, 3, 32, 2], MatBytes.UInt8, Pixels(2)), y));
        AssertRefused(128 + x.Length, "there twice", mat.File(x, x));
        AssertRefused(128, "the file", mat.File(x)[..^8]);
        AssertRefused(124, "-v7", [.. mat.File(x)[..124], 0, 2, .. mat.File(x)[126..]]);
        AssertRefused(126, "byte order", new byte[200]);
        AssertRefused(40, "header", new byte[40]);
    }

    [Fact]
    public void Read_ArrayThatPromisesMoreThanItHas_AllocatesNothing()
    {
        var mat = new MatBytes();
        var y = mat.Pack(mat.Array("y", [2_000_000_000, 1], MatBytes.UInt8, [1]));
        var x = mat.Array("X", [int.MaxValue, int.MaxValue, int.MaxValue], MatBytes.UInt8, [1]);
        var file = mat.File(y, x);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<DatasetException>(() => Read(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_DamagedFile_GivesImagesOrTheError(bool packed)
    {
        var file = Write(3, false, packed, MatBytes.UInt8);
        var refused = 0;
        foreach (var bytes in Damage.Of(file, 600, 11))
        {
            try
            {
                Assert.All(Read(bytes).Labels, l => Assert.InRange(l, 0, 9));
            }
            catch (DatasetException e)
            {
                Assert.InRange(e.Offset, 0, bytes.Length);
                refused++;
            }
        }

        // What is packed has a checksum; what is not, is changed unnoticed in its pixels.
        Assert.InRange(refused, packed ? 400 : 200, 600);
    }

    [Fact]
    public void Read_AnyBitOfAPackedArrayFlipped_IsRefusedOrChangesNothing()
    {
        var mat = new MatBytes();
        var refused = 0;
        var x = mat.Pack(mat.Array("X", [32, 32, 3, 2], MatBytes.UInt8, Pixels(2)));
        var y = mat.Array("y", [2, 1], MatBytes.UInt8, [1, 2]);
        var random = new Random(3);
        for (var i = 0; i < 200; i++)
        {
            var damaged = (byte[])x.Clone();
            damaged[8 + random.Next(x.Length - 8)] ^= (byte)(1 << random.Next(8));
            try
            {
                Assert.Equal(Pixels(1)[..1024].Order(), Read(mat.File(damaged, y)).Planes[0][..1024].Order());
            }
            catch (DatasetException)
            {
                refused++;
            }
        }

        // A few bits fill up the last byte before the checksum.
        Assert.InRange(refused, 190, 200);
    }

    /// <summary>A file of images with <see cref="Pixel"/>.</summary>
    internal static byte[] Write(int count, bool bigEndian = false, bool packed = true, int labelType = MatBytes.UInt8)
    {
        var mat = new MatBytes(bigEndian);
        var x = mat.Array("X", [32, 32, 3, count], MatBytes.UInt8, Pixels(count));
        var labels = mat.Numbers(labelType, [.. Enumerable.Range(0, count).Select(i => SomeLabels[i % 5])]);
        var y = mat.Array("y", [count, 1], labelType, labels, small: !packed);
        return packed ? mat.File(mat.Pack(x), mat.Pack(y)) : mat.File(x, y);
    }

    private static void AssertRefused(long offset, string what, byte[] file)
    {
        var error = Assert.Throws<DatasetException>(() => Read(file));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Equal((offset, "train_32x32.mat"), (error.Offset, error.FileName));
    }

    private static byte Pixel(int image, int channel, int row, int column) => (byte)((image * 67) + (channel * 31) + (row * 5) + (column * 3));

    private static byte[] Pixels(int count)
    {
        var bytes = new byte[count * 3072];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = Pixel(i / 3072, i / 1024 % 3, i % 32, i / 32 % 32);
        return bytes;
    }

    private static (List<byte[]> Planes, List<int> Labels) Read(byte[] file)
    {
        var (planes, labels) = (new List<byte[]>(), new List<int>());
        SvhnMat.Read(new MemoryStream(file), "train_32x32.mat", (image, label) =>
        {
            planes.Add(image.ToArray());
            labels.Add(label);
        });
        return (planes, labels);
    }
}
