using System.Text;
using WrnCloud.Datasets;

namespace WrnCloud.Shared.Tests.Datasets;

public sealed class PictureIndexTests
{
    private static readonly IndexedPicture[] Pictures =
    [
        new("a.zip", 0, "cat/1.png", "cat", DatasetSplit.Train) { Sha256 = new string('a', 64), Look = "0123456789abcdef", Group = 1 },
        new("a.zip", 2, "dog/\u00FC.png", "dog", DatasetSplit.Validation),
        new("b.zip", 0, "dog/2.png", "dog", DatasetSplit.Test),
    ];

    [Fact]
    public void Parse_WhatWasWritten_IsTheSame()
    {
        var index = PictureIndex.Of(Pictures);

        var read = PictureIndex.Parse(index.Serialize(), Manifest(index.Sizes));

        Assert.Equal(Pictures, read.Pictures);
        Assert.Equal(new DatasetSizes(1, 1) { Validation = 1 }, read.Sizes);
        Assert.Equal(3, Encoding.UTF8.GetString(index.Serialize()).Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("\"a.zip\",\"entry\":0", "\"c.zip\",\"entry\":0", "none of the data set's files")]
    [InlineData("\"a.zip\",\"entry\":0", "\"pictures.jsonl\",\"entry\":0", "none of the data set's files")]
    [InlineData("\"class\":\"cat\"", "\"class\":\"cow\"", "class")]
    [InlineData("\"entry\":2", "\"entry\":0", "twice")]
    [InlineData("\"entry\":2", "\"entry\":-1", "place")]
    [InlineData("\"split\":\"validation\"", "\"split\":\"test\"", "manifest says")]
    [InlineData("\"split\":\"validation\"", "\"split\":\"dev\"", "not a picture's")]
    [InlineData("\"split\":\"validation\"", "\"split\":7", "place")]
    [InlineData("\"zip\":\"b.zip\",", "", "not a picture's")]
    [InlineData("\"name\":\"cat/1.png\"", "\"name\":null", "not a picture's")]
    [InlineData("\"group\":1", "\"group\":1,\"more\":1", "not a picture's")]
    public void Parse_AnythingElse_IsRefused(string written, string changed, string said)
    {
        var index = PictureIndex.Of(Pictures);
        var text = Encoding.UTF8.GetString(index.Serialize());
        Assert.Contains(written, text, StringComparison.Ordinal);
        var damaged = Encoding.UTF8.GetBytes(text.Replace(written, changed, StringComparison.Ordinal));

        var error = Assert.Throws<DatasetException>(() => PictureIndex.Parse(damaged, Manifest(index.Sizes)));

        Assert.Equal(PictureIndex.FileName, error.FileName);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_DamagedBytes_GiveAnIndexOrTheError()
    {
        var index = PictureIndex.Of(Pictures);
        var refused = 0;
        foreach (var bytes in Damage.Of(index.Serialize(), 400, 5))
        {
            try
            {
                PictureIndex.Parse(bytes, Manifest(index.Sizes));
            }
            catch (DatasetException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 150, 400);
    }

    private static DatasetManifest Manifest(DatasetSizes sizes) => new(
        DatasetManifest.CurrentSchema,
        "pets",
        DatasetFormat.ImageFolder,
        ["cat", "dog"],
        [.. new[] { "a.zip", "b.zip", PictureIndex.FileName }.Select(n => DatasetFile.Of(n, DatasetSplit.Train, [1]))],
        sizes,
        new ChannelStatistics([0, 0, 0], [1, 1, 1]))
    { Index = PictureIndex.FileName };
}
