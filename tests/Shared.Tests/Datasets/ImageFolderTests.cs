using SkiaSharp;
using WrnCloud.Datasets;
using WrnCloud.Images;
using WrnCloud.Shared.Tests.Images;
using WrnCloud.Shared.Tests.Storage;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class ImageFolderTests
{
    [Theory]
    [InlineData("train/", "test/")]
    [InlineData("pets/train/", "pets/val/")]
    [InlineData("Training/", "Validation/")]
    public void Read_BothSplitsInOneZip_AreToldApartByTheirFolders(string train, string test)
    {
        var zip = ZipBytes.Of(
            ("README.md", ZipBytes.Text("pets")),
            ("__MACOSX/train/cat/._1.png", ZipBytes.Text("junk")),
            ($"{train}dog/", []),
            ($"{train}dog/1.png", ZipBytes.Gray(10)),
            ($"{train}cat/.DS_Store", ZipBytes.Text("junk")),
            ($"{train}cat/1.png", ZipBytes.Gray(20)),
            ($"{test}cat/deep/1.png", ZipBytes.Gray(30)));
        using var folder = Open(("set.zip", DatasetSplit.Train, zip));

        Assert.Equal(["cat", "dog"], folder.Classes);
        Assert.Equal([(10, 1), (20, 0)], Read(folder, DatasetSplit.Train));
        Assert.Equal([(30, 0)], Read(folder, DatasetSplit.Test));
    }

    [Fact]
    public void Read_OneZipForEachSplit_NeedsNoSplitFolder()
    {
        using var folder = Open(
            ("train.zip", DatasetSplit.Train, ZipBytes.Of(("cat/1.png", ZipBytes.Gray(1)), ("train/1.png", ZipBytes.Gray(2)))),
            ("test.zip", DatasetSplit.Test, ZipBytes.Of(("all/cat/1.png", ZipBytes.Gray(3)))));

        Assert.Equal(["cat", "train"], folder.Classes);
        Assert.Equal([(1, 0), (2, 1)], Read(folder, DatasetSplit.Train));
        Assert.Equal([(3, 0)], Read(folder, DatasetSplit.Test));
    }

    [Fact]
    public void Read_ValidationPictures_AreTheTestPicturesWhereThereAreNoOthers()
    {
        (string, byte[])[] entries = [("train/a/1.png", ZipBytes.Gray(1)), ("train/b/1.png", ZipBytes.Gray(2)), ("dev/a/1.png", ZipBytes.Gray(3))];
        using var without = Open(("x.zip", DatasetSplit.Train, ZipBytes.Of(entries)));
        using var with = Open(("x.zip", DatasetSplit.Train, ZipBytes.Of([.. entries, ("test/b/1.png", ZipBytes.Gray(4))])));

        Assert.Equal([(3, 0)], Read(without, DatasetSplit.Test));
        Assert.Equal([(4, 1)], Read(with, DatasetSplit.Test));
    }

    [Fact]
    public void Open_WhatIsNotRead_IsCounted()
    {
        using var folder = Open(("x.zip", DatasetSplit.Train, ZipBytes.Of(
            ("./train/a/1.png", ZipBytes.Gray(1)), ("./train/b/1.png", ZipBytes.Gray(2)), ("./test/b/3.png", ZipBytes.Gray(4)),
            ("./train/b/Thumbs.db", [0]), ("./train/b/LICENSE", [0]), ("./c/1.png", ZipBytes.Gray(3)), ("./c/2.png", ZipBytes.Gray(3)),
            ("more.zip", [0]), ("./train/empty/", []), ("./train/empty/too/", []), ("./train/a/", []), ("__MACOSX/", []))));

        Assert.Equal([(1, 0), (2, 1)], Read(folder, DatasetSplit.Train));
        Assert.Equal(
            [
                "x.zip: 2 companion files (hidden files, thumbnails, texts, tables).",
                "x.zip: 2 pictures outside the layout, such as ./c/1.png.",
                "x.zip: 1 other file outside the layout, such as more.zip.",
                "x.zip: 1 folder without pictures: train/empty.",
            ],
            folder.LeftOut);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(76)]
    public void Read_OneBitOfAStoredPictureFlipped_IsADamagedEntry(int at)
    {
        var picture = ZipBytes.Gray(9);
        byte[] flipped = [.. picture];
        flipped[at] ^= 4;
        var crc = System.IO.Hashing.Crc32.HashToUInt32(picture);
        var zip = RawZip.Of(new RawZip.Entry("a/1.png", picture), new RawZip.Entry("a/2.png", flipped) { Crc = crc });
        using var folder = Open(("x.zip", DatasetSplit.Train, zip));

        var error = Refusal(folder);

        Assert.Equal("x.zip/a/2.png", error.FileName);
        Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, 0, "bzip2")]
    [InlineData(14, 0, "LZMA")]
    [InlineData(0, 1, "encrypted")]
    public void Read_EntryThatCannotBeUnpacked_SaysWhy(ushort method, ushort flags, string said)
    {
        var entry = new RawZip.Entry("a/1.png", ZipBytes.Gray(1)) { Method = method, Flags = flags };
        using var folder = Open(("x.zip", DatasetSplit.Train, RawZip.Of(entry)));

        Assert.Contains(said, Refusal(folder).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ClassesThatDifferInOneByteOfAnOldCodePage_StayApart()
    {
        byte[] first = [.. "K"u8, 0x81, .. "he/1.png"u8];
        byte[] second = [.. "K"u8, 0x94, .. "he/1.png"u8];
        var zip = RawZip.Of(new RawZip.Entry(first, ZipBytes.Gray(1)), new RawZip.Entry(second, ZipBytes.Gray(2)));
        using var folder = Open(("x.zip", DatasetSplit.Train, zip));

        Assert.Equal(["Köhe", "Kühe"], folder.Classes);
        Assert.Equal([(1, 1), (2, 0)], Read(folder, DatasetSplit.Train));
    }

    [Fact]
    public void Open_NameThatCannotBeTold_IsRefused()
    {
        byte[] broken = [.. "a"u8, 0xFF, .. "/1.png"u8];
        byte[][] zips =
        [
            RawZip.Of(new RawZip.Entry(broken, ZipBytes.Gray(1)) { Flags = RawZip.Utf8 }),
            ZipBytes.Of(("a\uFFFD/1.png", ZipBytes.Gray(1))),
        ];

        Assert.All(zips, zip => Assert.Contains(
            "encoding", Assert.Throws<DatasetException>(() => Open(("x.zip", DatasetSplit.Train, zip))).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_WithoutTestImages_HoldsSomeOutOfEachClass()
    {
        var pictures = Enumerable.Range(0, 40).Select(i => ($"{(i % 2 == 0 ? "a" : "b")}/{i:D2}.png", ZipBytes.Gray((byte)i))).ToArray();
        using var folder = Open(("all.zip", DatasetSplit.Train, ZipBytes.Of(pictures)));

        var (train, test) = (Read(folder, DatasetSplit.Train, HeldOut.Tenth), Read(folder, DatasetSplit.Test, HeldOut.Tenth));

        Assert.Equal([0, 0, 1, 1], test.Select(t => t.Label).Order());
        Assert.Equal(Enumerable.Range(0, 40), train.Concat(test).Select(i => (int)i.Gray).Order());

        // The order of a zip's entries does not matter to the draw.
        using var reversed = Open(("all.zip", DatasetSplit.Train, ZipBytes.Of([.. pictures.Reverse()])));
        Assert.Equal(test.Order(), Read(reversed, DatasetSplit.Test, HeldOut.Tenth).Order());
    }

    [Fact]
    public void Read_WithAnIndex_GoesByItAlone()
    {
        var zip = ZipBytes.Of(
            ("train/a/1.png", ZipBytes.Gray(1)),
            ("notes.txt", ZipBytes.Text("x")),
            ("test/b/2.png", ZipBytes.Gray(2)),
            ("a/b/3.png", ZipBytes.Gray(3)));
        var index = PictureIndex.Of(
        [
            Line(3, "a/b/3.png", "b", DatasetSplit.Train),
            Line(0, "train/a/1.png", "b", DatasetSplit.Validation),
            Line(2, "test/b/2.png", "a", DatasetSplit.Test),
        ]);
        using var folder = ImageFolder.Open([("x.zip", DatasetSplit.Test, new MemoryStream(zip))], index);

        Assert.Equal([(3, 1)], Read(folder, DatasetSplit.Train, ["a", "b"]));
        Assert.Equal([(1, 1)], Read(folder, DatasetSplit.Validation, ["a", "b"]));
        Assert.Equal([(2, 0)], Read(folder, DatasetSplit.Test, ["a", "b"]));
    }

    [Theory]
    [InlineData(1, "train/a/1.png")]
    [InlineData(4, "train/a/1.png")]
    [InlineData(0, "train/a/2.png")]
    public void Open_IndexThatNamesWhatIsNotThere_IsRefused(int entry, string name)
    {
        var zip = ZipBytes.Of(("train/a/1.png", ZipBytes.Gray(1)), ("train/b/2.png", ZipBytes.Gray(2)));
        var index = PictureIndex.Of([Line(entry, name, "a", DatasetSplit.Train)]);

        var error = Assert.Throws<DatasetException>(
            () => ImageFolder.Open([("x.zip", DatasetSplit.Train, new MemoryStream(zip))], index));

        Assert.Equal($"x.zip/{name}", error.FileName);
    }

    [Fact]
    public void Read_AnySizeAndFormat_GivesTheMiddleSquare()
    {
        using var halves = Pictures.Halves(90, 60);
        using var folder = Open(("x.zip", DatasetSplit.Train, ZipBytes.Of(
            ("a/1.jpg", Pictures.Encoded(halves, SKEncodedImageFormat.Jpeg, 90)),
            ("a/2.webp", Pictures.Encoded(halves, SKEncodedImageFormat.Webp)))));
        var images = new List<byte[]>();

        folder.Read(DatasetSplit.Train, ["a"], null, ImageView.Of(48), (image, _) => images.Add(image.ToArray()));

        Assert.Equal([3 * 48 * 48, 3 * 48 * 48], images.Select(i => i.Length));
        Assert.All(images, i => Assert.True(i[0] > 200 && i[47] < 60 && i[(2 * 48 * 48) + 47] > 200, "The left is not red or the right not blue."));
    }

    [Fact]
    public void Read_EntryThatIsNoPicture_IsNamed()
    {
        AssertRefused("x.zip/train/a/b?c.png", ("train/a/1.png", ZipBytes.Gray(1)), ("train/a/b\u001bc.png", ZipBytes.Text("no picture")));
        AssertRefused("x.zip/a/1.zip", ("a/1.zip", ZipBytes.Of(("a/1.png", ZipBytes.Gray(1)))));
        AssertRefused("x.zip/a/big.png", ("a/big.png", new byte[ImageDecoder.MaxBytes + 1]));
        AssertRefused("x.zip/b/1.png", ("a/1.png", ZipBytes.Gray(1)), ("b/1.png", ZipBytes.Gray(1)));
    }

    [Fact]
    public void Read_ZipThatUnpacksToFarMoreThanItsLength_IsCutOff()
    {
        // Each entry is within a picture's limit and is a picture; together they are a bomb.
        var wide = ZipBytes.Gray(0);
        var padded = (byte[])[.. wide[..^12], .. PngFile.Chunk("teXt"u8, new byte[4 << 20]), .. wide[^12..]];
        var zip = ZipBytes.Of([.. Enumerable.Range(0, 8).Select(i => ($"a/{i}.png", padded))]);
        using var folder = Open(("bomb.zip", DatasetSplit.Train, zip));
        var read = 0;

        var error = Assert.Throws<DatasetException>(() => folder.Read(DatasetSplit.Train, ["a"], null, ImageView.Of(32), (_, _) => read++));

        Assert.Contains("100 times", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a//1.png")]
    [InlineData("/a/1.png")]
    public void Open_PathThatIsNotPlain_IsRefused(string path) =>
        Assert.Throws<DatasetException>(() => Open(("x.zip", DatasetSplit.Train, ZipBytes.Of((path, ZipBytes.Gray(1))))));

    [Fact]
    public void Open_EntryTwiceOrNoZip_IsRefused()
    {
        var twice = ZipBytes.Of(("a/1.png", ZipBytes.Gray(1)), ("a/1.png", ZipBytes.Gray(2)));

        Assert.Throws<DatasetException>(() => Open(("x.zip", DatasetSplit.Train, twice)));
        Assert.Equal("x.zip", Assert.Throws<DatasetException>(() => Open(("x.zip", DatasetSplit.Train, ZipBytes.Text("no zip")))).FileName);
    }

    [Fact]
    public void Open_ArchiveOfAnotherKind_IsNamed()
    {
        byte[] gzip = [0x1F, 0x8B, 8, 0, .. new byte[600]];

        var refusal = Assert.Throws<DatasetException>(() => Open(("x.zip", DatasetSplit.Train, gzip)));

        Assert.Contains("a gzip file; the only supported archive is zip.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DamagedZip_GivesImagesOrTheError()
    {
        var file = ZipBytes.Of([.. Enumerable.Range(0, 4).Select(i => ($"train/{i % 2}/{i}.png", ZipBytes.Gray((byte)(40 * i))))]);
        var refused = 0;
        foreach (var bytes in Damage.Of(file, 500, 21))
        {
            try
            {
                using var folder = Open(("x.zip", DatasetSplit.Train, bytes));
                Read(folder, DatasetSplit.Train);
            }
            catch (DatasetException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 150, 500);
    }

    private static ImageFolder Open(params (string Name, DatasetSplit Split, byte[] Zip)[] files) =>
        ImageFolder.Open([.. files.Select(f => (f.Name, f.Split, (Stream)new MemoryStream(f.Zip)))]);

    private static IndexedPicture Line(int entry, string name, string label, DatasetSplit split) => new("x.zip", entry, name, label, split);

    private static List<(byte Gray, int Label)> Read(ImageFolder folder, DatasetSplit split, HeldOut? heldOut = null) =>
        Read(folder, split, folder.Classes, heldOut);

    private static List<(byte Gray, int Label)> Read(ImageFolder folder, DatasetSplit split, IReadOnlyList<string> classes, HeldOut? heldOut = null)
    {
        var read = new List<(byte, int)>();
        folder.Read(split, classes, heldOut, ImageView.Of(32), (image, label) => read.Add((image[500], label)));
        return read;
    }

    private static DatasetException Refusal(ImageFolder folder) =>
        Assert.Throws<DatasetException>(() => folder.Read(DatasetSplit.Train, ["a"], null, ImageView.Of(32), (_, _) => { }));

    private static void AssertRefused(string name, params (string Name, byte[] Bytes)[] entries)
    {
        using var folder = Open(("x.zip", DatasetSplit.Train, ZipBytes.Of(entries)));
        Assert.Equal(name, Refusal(folder).FileName);
    }
}
