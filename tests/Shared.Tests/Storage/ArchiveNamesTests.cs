using WrnCloud.Storage;

namespace WrnCloud.Shared.Tests.Storage;

public sealed class ArchiveNamesTests
{
    [Theory]
    [InlineData("cat/")]
    [InlineData("__MACOSX/cat/._1.png")]
    [InlineData("pics/__macosx/1.png")]
    [InlineData("cat/.DS_Store")]
    [InlineData(".git/1.png")]
    [InlineData("cat/thumbs.db")]
    [InlineData("Thumbs.DB")]
    [InlineData("dog/ehthumbs.db")]
    [InlineData("dog/Desktop.ini")]
    [InlineData("cat/Icon\r")]
    [InlineData("@eaDir/1.png@SynoEAStream")]
    [InlineData("cat/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg")]
    [InlineData("cat/README.txt")]
    [InlineData("LICENSE.md")]
    [InlineData("labels.CSV")]
    [InlineData("annotations/1.xml")]
    [InlineData("$RECYCLE.BIN/1.png")]
    [InlineData(@"cat\.picasa.ini")]
    [InlineData("cat/Licence")]
    [InlineData("COPYING")]
    [InlineData("cat/shortcut.LNK")]
    [InlineData("cat/table.xlsx")]
    [InlineData("cat/~1.tmp")]
    [InlineData("cat/1.jpg.bak")]
    [InlineData("cat/1.jpg:Zone.Identifier")]
    public void IsCompanion_WhatGoesWithPictures_IsOne(string name) => Assert.True(ArchiveNames.IsCompanion(ArchiveNames.Split(name)));

    [Theory]
    [InlineData("cat/1.png")]
    [InlineData("./cat/1.png")]
    [InlineData(@".\cat\1.JPG")]
    [InlineData("cat/n0123")]
    [InlineData("cat/page.html")]
    [InlineData("cat/set.zip")]
    [InlineData("texts/readme.jpg")]
    [InlineData("Icon/1.png")]
    [InlineData("license/1.png")]
    [InlineData("cat/license.png")]
    public void IsCompanion_WhatMayBeAPicture_IsNone(string name) => Assert.False(ArchiveNames.IsCompanion(ArchiveNames.Split(name)));

    [Theory]
    [InlineData("./train/cat/1.png", "train|cat|1.png")]
    [InlineData(@".\././cat\1.png", "cat|1.png")]
    [InlineData("./", "")]
    [InlineData("a//1.png", "a||1.png")]
    public void Split_AnyArchiversPath_HasFoldersAndFile(string name, string parts) =>
        Assert.Equal(parts, string.Join('|', ArchiveNames.Split(name)));

    [Theory]
    [InlineData("😀.jpg", "😀.jpg")]
    [InlineData("𠮷野.jpg", "𠮷野.jpg")]
    [InlineData("a\nb\u001b[31m.jpg", "a?b?[31m.jpg")]
    [InlineData("c1\u0085.jpg", "c1?.jpg")]
    public void Printable_ControlCharactersAndLoneSurrogates_AreReplacedAlone(string name, string shown) =>
        Assert.Equal(shown, ArchiveNames.Printable(name));

    [Fact]
    public void Printable_LoneSurrogate_IsReplaced() => Assert.Equal("?.jpg", ArchiveNames.Printable('\uD83D' + ".jpg"));

    [Fact]
    public void Printable_LongName_IsCutBetweenCharacters() =>
        Assert.Equal(string.Concat(Enumerable.Repeat("😀", 255)), ArchiveNames.Printable(string.Concat(Enumerable.Repeat("😀", 300))));
}
