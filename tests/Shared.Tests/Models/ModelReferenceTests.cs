namespace WrnCloud.Shared.Tests.Models;

public sealed class ModelReferenceTests
{
    [Theory]
    [InlineData("shapes10-wrn-10-1", "shapes10-wrn-10-1", null, null)]
    [InlineData("net@12", "net", 12, null)]
    [InlineData("net:production", "net", null, "production")]
    [InlineData("a.b_c-d@1", "a.b_c-d", 1, null)]
    public void TryParse_WellFormed_GivesItsParts(string text, string name, int? version, string? alias)
    {
        Assert.True(ModelReference.TryParse(text, out var reference, out var problem), problem);
        Assert.Equal(new ModelReference(name, version, alias), reference);
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Net")]
    [InlineData("../net")]
    [InlineData("net@")]
    [InlineData("net@0")]
    [InlineData("net@-1")]
    [InlineData("net@1.5")]
    [InlineData("net@99999999999")]
    [InlineData("net@ 1")]
    [InlineData("net:")]
    [InlineData("net:a/b")]
    [InlineData("net@1:production")]
    [InlineData("net:production@1")]
    [InlineData("@1")]
    public void TryParse_Malformed_SaysWhy(string text)
    {
        Assert.False(ModelReference.TryParse(text, out _, out var problem));
        Assert.NotEmpty(problem);
    }
}
