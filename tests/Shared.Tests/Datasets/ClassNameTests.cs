using System.Text;
using WrnCloud.Datasets;
using WrnCloud.Shared.Tests.Storage;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class ClassNameTests
{
    [Fact]
    public void Open_StrangeNameOfACompanion_RefusesNothing()
    {
        byte[] junk = [.. "__MACOSX/a/._K"u8, 0xFC, .. "he.png"u8];
        RawZip.Entry[] pictures = [new("a/1.png", ZipBytes.Gray(1)), new("b/1.png", ZipBytes.Gray(2))];

        Assert.Equal(["a", "b"], Classes(RawZip.Of([.. pictures, new RawZip.Entry(junk, [1]) { Flags = RawZip.Utf8 }])));
        byte[] picture = [.. "a/K"u8, 0xFC, .. "he.png"u8];
        Assert.Throws<DatasetException>(() => Classes(RawZip.Of([.. pictures, new RawZip.Entry(picture, [1]) { Flags = RawZip.Utf8 }])));
    }

    [Theory]
    [InlineData("x\u001b[31my")]
    [InlineData("x\ny")]
    [InlineData("x\u0085")]
    public void Open_ControlCharacterInAClass_IsRefusedAndNotShown(string label)
    {
        var zip = ZipBytes.Of(("train/a/1.png", ZipBytes.Gray(1)), ($"train/{label}/1.png", ZipBytes.Gray(2)));

        var message = Assert.Throws<DatasetException>(() => Classes(zip)).Message;

        Assert.Contains("control characters", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        using var stored = ImageFolder.Open([("x.zip", DatasetSplit.Train, new MemoryStream(zip))], isStored: true);
        Assert.Equal(["a", label], stored.Classes);
    }

    [Theory]
    [InlineData("Gr\u00fcn", true)]
    [InlineData("Caf\u00fc", false)]
    public void Open_ZipDividedByBackslashes_IsReadWhereEachIsOneForCertain(string label, bool isTold)
    {
        var name = CodePagesEncodingProvider.Instance.GetEncoding(437)!.GetBytes($@"all\{label}\1.png");
        var zip = RawZip.Of(
            new RawZip.Entry(@"all\red\", []), new RawZip.Entry(@"all\red\1.png", ZipBytes.Gray(1)), new RawZip.Entry(name, ZipBytes.Gray(2)));

        if (isTold) Assert.Equal([label, "red"], Classes(zip));
        else Assert.Contains("UTF-8", Assert.Throws<DatasetException>(() => Classes(zip)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BackslashInANameBetweenSlashes_IsALetter()
    {
        var zip = RawZip.Of(
            new RawZip.Entry(@"set/a\b/1.png", ZipBytes.Gray(1)), new RawZip.Entry(@"set/a\c/1.png", ZipBytes.Gray(2)),
            new RawZip.Entry(Encoding.UTF8.GetBytes("set/\u9ce5\\x/1.png"), ZipBytes.Gray(3)) { Flags = RawZip.Utf8 });

        Assert.Equal([@"a\b", @"a\c", "\u9ce5\\x"], Classes(zip));
    }

    [Fact]
    public void Open_NameOfTwoByteLettersWithABackslashInOne_IsRefusedAndNeverHalved()
    {
        // Shift-JIS: two words that begin with the same letter, 95 5C.
        byte[] cover = [.. "x/"u8, 0x95, 0x5C, 0x8E, 0x86, .. "/1.png"u8];
        byte[] inside = [.. "x/"u8, 0x95, 0x5C, 0x97, 0xA0, .. "/1.png"u8];
        var zip = RawZip.Of(
            new RawZip.Entry(cover, ZipBytes.Gray(1)), new RawZip.Entry(inside, ZipBytes.Gray(2)), new RawZip.Entry("x/c/1.png", ZipBytes.Gray(3)));

        Assert.Contains("UTF-8", Assert.Throws<DatasetException>(() => Classes(zip)).Message, StringComparison.Ordinal);
        using var stored = ImageFolder.Open([("x.zip", DatasetSplit.Train, new MemoryStream(zip))], isStored: true);
        Assert.Equal(2, stored.Classes.Count);
    }

    [Theory]
    [InlineData("red cat", "'red cat'")]
    [InlineData("red\u00a0cat", @"'red\u00A0cat'")]
    [InlineData(" cat\u200b", @"' cat\u200B'")]
    [InlineData("cafe\u0301", @"'cafe\u0301'")]
    [InlineData("a\u001b[1m\n", @"'a\u001B[1m\u000A'")]
    [InlineData("\u732b \ud83d\ude00", "'\u732b \ud83d\ude00'")]
    public void Quoted_NamesThatLookAlike_AreToldApart(string name, string shown) => Assert.Equal(shown, ClassName.Quoted(name));

    private static IReadOnlyList<string> Classes(byte[] zip)
    {
        using var folder = ImageFolder.Open([("x.zip", DatasetSplit.Train, new MemoryStream(zip))]);
        return folder.Classes;
    }
}
