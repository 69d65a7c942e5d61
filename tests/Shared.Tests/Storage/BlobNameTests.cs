using WrnCloud.Storage;

namespace WrnCloud.Shared.Tests.Storage;

public sealed class BlobNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("model.onnx")]
    [InlineData("console")]
    [InlineData("nul-1")]
    [InlineData("com")]
    [InlineData("com10")]
    [InlineData("wrn-16-2_v1.0")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123")]
    public void IsSegment_AllowedName_IsTrue(string text) => Assert.True(BlobName.IsSegment(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("..\\x")]
    [InlineData("x/../y")]
    [InlineData("a..b")]
    [InlineData("%2e%2e")]
    [InlineData("%252e%252e%252f")]
    [InlineData("/abs")]
    [InlineData("\\\\server\\share")]
    [InlineData("c:")]
    [InlineData("a\0b")]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData("a\n")]
    [InlineData("a\r\nX-Header: 1")]
    [InlineData("trailing.")]
    [InlineData("trailing-")]
    [InlineData(".hidden")]
    [InlineData("-option")]
    [InlineData("a b")]
    [InlineData(" a")]
    [InlineData("Upper")]
    [InlineData("CON")]
    [InlineData("con")]
    [InlineData("nul")]
    [InlineData("aux.txt")]
    [InlineData("com1")]
    [InlineData("lpt9.tar.gz")]
    [InlineData("umläut")]
    [InlineData("a\u202Egpj.exe")]
    [InlineData("a\u200Bb")]
    [InlineData("\u0661")]
    [InlineData("~")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public void IsSegment_AnythingElse_IsFalseAndThrowsEverywhere(string? text)
    {
        Assert.False(BlobName.IsSegment(text));
        Assert.Throws<ArgumentException>(() => BlobName.Of("models", text!));
        Assert.Throws<ArgumentException>(() => BlobName.Of(text!, "x"));
        Assert.Throws<ArgumentException>(() => BlobName.Of("models", "x").Child(text!));
    }

    [Fact]
    public void IsSegment_ThousandCharacters_IsFalse() => Assert.False(BlobName.IsSegment(new string('a', 1025)));

    [Fact]
    public void Of_ContainerAlone_Throws() => Assert.Throws<ArgumentException>(() => BlobName.Of("models"));

    [Fact]
    public void Of_Segments_JoinsThem()
    {
        var name = BlobName.Of("models", "shapes", "1").Child("a1", "model.onnx");

        Assert.Equal("models", name.Container);
        Assert.Equal("shapes/1/a1/model.onnx", name.Path);
        Assert.Equal("models/shapes/1/a1/model.onnx", name.ToString());
        Assert.Equal(BlobName.Of("models", "shapes", "1", "a1", "model.onnx"), name);
    }
}
