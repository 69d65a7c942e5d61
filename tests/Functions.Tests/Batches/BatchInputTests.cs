using System.IO.Compression;
using System.Text;
using WrnCloud.Batches;
using WrnCloud.Errors;
using WrnCloud.Functions.Batches;
using WrnCloud.Functions.Http;

namespace WrnCloud.Functions.Tests.Batches;

public sealed class BatchInputTests
{
    [Fact]
    public async Task Open_Zip_ItemsAreFilesInOrderAndTheRestIsCounted()
    {
        var bytes = Zip(
            ("cats/", null), ("cats/a.png", "one"), ("__MACOSX/", null), ("__MACOSX/cats/._a.png", "x"), ("b.png", "two"), ("b.png", "three"));

        using var input = Open(bytes);

        Assert.Equal(["cats/a.png", "b.png", "b.png"], input.Items);
        Assert.Equal([1, 4, 5], input.Indices);
        Assert.Equal(3, input.Skipped);
        Assert.Equal(["one", "two", "three"], [await TextAsync(input, 0), await TextAsync(input, 1), await TextAsync(input, 2)]);
        Assert.Equal("one", await TextAsync(input, 0));
    }

    [Fact]
    public async Task Open_Picture_IsTheOnlyItem()
    {
        byte[] picture = [0x89, .. "PNG and so on"u8];
        using var input = Open(picture);

        Assert.Equal(["input"], input.Items);
        Assert.Equal([0], input.Indices);
        Assert.Equal(0, input.Skipped);
        Assert.Equal(picture, (await input.ReadAsync(0, CancellationToken.None)).Bytes);
        Assert.Equal(picture, (await input.ReadAsync(0, CancellationToken.None)).Bytes);
    }

    [Fact]
    public void Open_WhatBeginsLikeAPicture_IsTheOnlyItem()
    {
        byte[][] pictures =
        [
            [0xFF, 0xD8, 0xFF], [.. "RIFF\u0001\u0001\u0001\u0001WEBP"u8], [.. "GIF89a"u8, 1, 0], [0, 0, 0, 24, .. "ftypheic"u8],
            [.. "BM"u8, 58, 0, 0, 0, 0, 0, 0, 0], [.. "II*\0"u8, 8], [.. "MM\0*"u8, 8],
        ];
        foreach (var picture in pictures)
        {
            using var input = Open(picture);
            Assert.Equal(["input"], input.Items);
        }
    }

    public static TheoryData<byte[], string> NoPictures() => new()
    {
        { [], "empty" },
        { "a,b\n1,2\n"u8.ToArray(), "a text" },
        { "BM and other words"u8.ToArray(), "a text" },
        { "%PDF-1.4\n"u8.ToArray(), "a PDF" },
        { "<html>"u8.ToArray(), "an HTML" },
        { [.. "junk\0"u8, .. Zip(("a.png", "x"))], "a zip behind other bytes" },
        { new byte[3000], "not a zip" },
    };

    [Theory]
    [MemberData(nameof(NoPictures))]
    public void Open_NeitherPictureNorZip_IsArchiveInvalidAndNamed(byte[] bytes, string said) =>
        Assert.StartsWith($"The input is {said}", Refusal(bytes).Message, StringComparison.Ordinal);

    [Fact]
    public async Task ReadAsync_ArchiveWithinTheArchive_IsAnErrorOfThatEntryAlone()
    {
        using var input = Open(Zip(("a.png", "one"), ("inner.png", "PK\u0003\u0004 and so on"), ("empty.zip", "PK\u0005\u0006"), ("c.png", "two")));

        foreach (var item in (int[])[1, 2])
        {
            var nested = await input.ReadAsync(item, CancellationToken.None);
            Assert.Equal(ErrorCatalogue.ArchiveInvalid.Code, nested.Error?.Code);
            Assert.Contains("archives within the archive are not read", nested.Error!.Message, StringComparison.Ordinal);
        }

        Assert.Equal(("one", "two"), (await TextAsync(input, 0), await TextAsync(input, 3)));
    }

    [Fact]
    public void Open_MoreEntriesThanAllowed_IsArchiveInvalid()
    {
        var bytes = Zip([.. Enumerable.Range(0, BatchLimits.MaxEntries + 1).Select(i => ($"{i}", (string?)""))]);

        Assert.Equal($"The archive has more than {BatchLimits.MaxEntries} entries.", Refusal(bytes).Message);
    }

    [Fact]
    public void Open_AsManyEntriesAsAllowed_IsRead()
    {
        using var input = Open(Zip([.. Enumerable.Range(0, BatchLimits.MaxEntries).Select(i => ($"{i}", (string?)""))]));

        Assert.Equal(BatchLimits.MaxEntries, input.Items.Count);
    }

    [Fact]
    public void Open_MoreEntriesThanTheHeaderSays_IsArchiveInvalid()
    {
        var bytes = Zip([.. Enumerable.Range(0, BatchLimits.MaxEntries + 1).Select(i => ($"{i}", (string?)""))]);

        // The two counts of the end record: on this disk, and in all.
        bytes.AsSpan(bytes.Length - 14, 4).Fill(1);

        Assert.Equal($"The archive has more than {BatchLimits.MaxEntries} entries.", Refusal(bytes).Message);
    }

    [Theory]
    [InlineData("only/")]
    [InlineData("__MACOSX/._a.png")]
    public void Open_ZipWithoutItems_IsArchiveInvalid(string entry) => Refusal(Zip((entry, entry.EndsWith('/') ? null : "x")));

    [Fact]
    public void Open_EmptyZip_IsArchiveInvalid() => Refusal(Zip());

    [Fact]
    public void Open_TruncatedZip_IsArchiveInvalid()
    {
        var bytes = Zip(("a.png", "one"), ("b.png", new string('x', 1000)));
        for (var length = 4; length < bytes.Length; length += 7) Refusal(bytes[..length]);
    }

    [Fact]
    public async Task ReadAsync_EntryLargerThanAPicture_IsItsOwnErrorAndBounded()
    {
        var bytes = Zip(("bomb.png", new string('\0', BodyReader.MaxImageBytes + 1)), ("b.png", "two"));
        Assert.True(bytes.Length < 100_000);

        using var input = Open(bytes);
        var bomb = await input.ReadAsync(0, CancellationToken.None);

        Assert.Equal(ErrorCatalogue.ImageTooLarge.Code, bomb.Error?.Code);
        Assert.Equal(0, bomb.Bytes.Length);
        Assert.Equal("two", await TextAsync(input, 1));
    }

    [Fact]
    public async Task ReadAsync_LargestPicture_IsRead()
    {
        using var input = Open(Zip(("a.png", new string('\0', BodyReader.MaxImageBytes))));

        Assert.Equal(BodyReader.MaxImageBytes, (await input.ReadAsync(0, CancellationToken.None)).Bytes.Length);
    }

    [Fact]
    public void Items_NamesWithControlCharacters_ArePrintable()
    {
        using var input = Open(Zip(("a\r\nb\u0007.png", "x"), (new string('n', 400), "x")));

        Assert.Equal("a??b?.png", input.Items[0]);
        Assert.Equal(255, input.Items[1].Length);
    }

    [Theory]
    [InlineData(0x1F, 0x8B, 8, 0, "gzip")]
    [InlineData(0x37, 0x7A, 0xBC, 0xAF, "7z")]
    [InlineData(0x52, 0x61, 0x72, 0x21, "RAR")]
    [InlineData(0xFD, 0x37, 0x7A, 0x58, "XZ")]
    [InlineData(0x28, 0xB5, 0x2F, 0xFD, "Zstandard")]
    public void Open_ArchiveOfAnotherKind_IsArchiveInvalid(byte first, byte second, byte third, byte fourth, string said) =>
        Assert.Contains(said, Refusal([first, second, third, fourth, .. new byte[100]]).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_CompanionFiles_AreSkippedAndCounted()
    {
        using var input = Open(
            Zip(
                (".DS_Store", "x"),
                ("a.jpg", "one"),
                ("__MACOSX/._a.jpg", "x"),
                ("Thumbs.db", "x"),
                ("notes.txt", "x"),
                ("pics/__MACOSX/b", "x"),
                ("./c.jpg", "two")));

        Assert.Equal(["a.jpg", "./c.jpg"], input.Items);
        Assert.Equal([1, 6], input.Indices);
        Assert.Equal(5, input.Skipped);
    }

    [Fact]
    public async Task ReadAsync_FlippedBit_IsAnErrorOfThatEntryAlone()
    {
        var bytes = Zip(("a.png", new string('a', 50)), ("b.png", "two"));
        var at = bytes.AsSpan().IndexOf("a.png"u8) + "a.png".Length;
        // Deflate's data of the first entry; whatever it unpacks to now, it is not what was packed.
        bytes[at + 1] ^= 0x10;

        using var input = Open(bytes);
        var damaged = await input.ReadAsync(0, CancellationToken.None);

        Assert.Equal(ErrorCatalogue.ArchiveInvalid.Code, damaged.Error?.Code);
        Assert.Contains("damaged", damaged.Error!.Message, StringComparison.Ordinal);
        Assert.Equal("two", await TextAsync(input, 1));
    }

    [Fact]
    public void Open_EntriesThatUnpackToFarMoreThanTheArchive_IsArchiveInvalid()
    {
        var bytes = Zip([.. Enumerable.Range(0, 30).Select(i => ($"{i}.png", (string?)new string('\0', BodyReader.MaxImageBytes / 2)))]);

        Assert.Contains("100 times", Refusal(bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_DamagedZip_NeverThrowsAnythingUndocumented()
    {
        var random = new Random(20_160_523);
        var whole = Zip(("a.png", "one one one one one"), ("dir/", null), ("b.png", new string('x', 300)));
        for (var round = 0; round < 2000; round++)
        {
            var damaged = whole.ToArray();
            for (var i = random.Next(1, 6); i > 0; i--) damaged[random.Next(4, damaged.Length)] = (byte)random.Next(256);
            try
            {
                using var input = Open(damaged);
                for (var i = 0; i < input.Items.Count; i++) await input.ReadAsync(i, CancellationToken.None);
            }
            catch (WrnException e)
            {
                Assert.Equal(ErrorCatalogue.ArchiveInvalid, e.Error);
            }
            catch (Exception e)
            {
                Assert.Fail($"Round {round}: {e}");
            }
        }
    }

    private static WrnException Refusal(byte[] bytes)
    {
        var refusal = Assert.Throws<WrnException>(() => Open(bytes).Dispose());
        Assert.Equal(ErrorCatalogue.ArchiveInvalid, refusal.Error);
        return refusal;
    }

    private static async Task<string> TextAsync(BatchInput input, int index)
    {
        var image = await input.ReadAsync(index, CancellationToken.None);
        Assert.Null(image.Error);
        return Encoding.UTF8.GetString(image.Bytes.Span);
    }

    private static BatchInput Open(byte[] bytes)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
        try
        {
            file.Write(bytes);
            return BatchInput.Open(file, "input", "hash");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static byte[] Zip(params (string Name, string? Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                var entry = zip.CreateEntry(name);
                if (content is null) continue;
                using var stream = entry.Open();
                stream.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return bytes.ToArray();
    }
}
