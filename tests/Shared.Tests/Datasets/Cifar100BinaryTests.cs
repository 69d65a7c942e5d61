using WrnCloud.Datasets;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class Cifar100BinaryTests
{
    [Fact]
    public void Cifar100Classes_AreAHundredInOrder()
    {
        Assert.Equal(100, Cifar100Binary.Cifar100Classes.Distinct().Count());
        Assert.Equal(Cifar100Binary.Cifar100Classes.Order(StringComparer.Ordinal), Cifar100Binary.Cifar100Classes);
    }

    [Fact]
    public void Read_Record_HasTheFineLabel()
    {
        var images = Read([19, 99, .. Enumerable.Repeat((byte)7, 3072), 0, 5, .. Enumerable.Repeat((byte)8, 3072)]);

        Assert.Equal([99, 5], images.Labels);
        Assert.Equal((7, 8), (images.Image(0)[0], images.Image(1)[3071]));
    }

    [Fact]
    public void Read_FineLabelOutOfRange_SaysWhere()
    {
        var error = Assert.Throws<DatasetException>(() => Read([.. new byte[Cifar100Binary.RecordBytes], 0, 100, .. new byte[3072]]));

        Assert.Equal((Cifar100Binary.RecordBytes + 1, "train.bin"), (error.Offset, error.FileName));
    }

    [Fact]
    public void Read_DamagedFile_GivesImagesOrTheError()
    {
        foreach (var bytes in Damage.Of(new byte[3 * Cifar100Binary.RecordBytes], 200, 5))
        {
            try
            {
                Assert.All(Read(bytes).Labels, l => Assert.InRange(l, 0, 99));
            }
            catch (DatasetException e)
            {
                Assert.InRange(e.Offset, 0, bytes.Length);
            }
        }
    }

    // The manifest is of the damaged bytes, so that the reader itself has to notice.
    private static LabelledImages Read(byte[] file)
    {
        var count = Math.Max(1, file.Length / Cifar100Binary.RecordBytes);
        var manifest = new DatasetManifest(
            DatasetManifest.CurrentSchema,
            "cifar100",
            DatasetFormat.Cifar100Binary,
            Cifar100Binary.Cifar100Classes,
            [DatasetFile.Of("train.bin", DatasetSplit.Train, file)],
            new DatasetSizes(count, 1),
            new ChannelStatistics([0, 0, 0], [1, 1, 1]));
        return DatasetReader.Read(manifest, DatasetSplit.Train, new Dictionary<string, ReadOnlyMemory<byte>> { ["train.bin"] = file });
    }
}
