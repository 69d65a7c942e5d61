using WrnCloud.Batches;
using WrnCloud.Storage;

namespace WrnCloud.Shared.Tests.Batches;

public sealed class BatchNamesTests
{
    [Fact]
    public void IdOf_AnyInput_IsTheHashOfContainerPathAndETag()
    {
        // printf 'batch-input/flowers/a b.zip/0x8D4' | sha256sum | cut -c1-24
        Assert.Equal("7826a5a4dc154e636e84539f", BatchNames.IdOf(Input("flowers/a b.zip"), "0x8D4"));
        Assert.Equal(BatchNames.IdOf(Input("flowers/a b.zip"), "0x8D4"), BatchNames.IdOf(Input("flowers/a b.zip"), "\"0x8D4\""));
    }

    [Fact]
    public void IdOf_OtherNameOrETag_IsAnotherBatch()
    {
        string[] ids =
        [
            BatchNames.IdOf(Input("m/a"), "1"),
            BatchNames.IdOf(Input("m/a"), "2"),
            BatchNames.IdOf(Input("m/b"), "1"),
            BatchNames.IdOf(Input("n/a"), "1"),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, i => Assert.True(BatchNames.IsId(i)));
    }

    [Fact]
    public void IdOf_UploadThroughTheApi_IsInThePath() =>
        Assert.Equal("0123456789abcdef01234567", BatchNames.IdOf(Input("m/0123456789abcdef01234567/a.zip"), "any"));

    [Theory]
    [InlineData("m/0123456789abcdef01234567")]
    [InlineData("m/0123456789abcdef01234567/a/b")]
    [InlineData("m/0123456789ABCDEF01234567/a")]
    [InlineData("m/0123456789abcdef0123456/a")]
    public void IdOf_PathOfAnotherForm_IsHashed(string path) => Assert.NotEqual("0123456789abcdef01234567", BatchNames.IdOf(Input(path), "any"));

    [Theory]
    [InlineData("0123456789abcdef01234567", true)]
    [InlineData("0123456789abcdef0123456", false)]
    [InlineData("0123456789abcdef01234567\n", false)]
    [InlineData("0123456789abcdeg01234567", false)]
    [InlineData("../../../../../../../etc", false)]
    [InlineData("", false)]
    public void IsId_Text_IsRecognised(string text, bool expected) => Assert.Equal(expected, BatchNames.IsId(text));

    private static InputBlobName Input(string path)
    {
        Assert.True(InputBlobName.TryParse(Containers.BatchInput, path, out var name));
        return name;
    }
}
