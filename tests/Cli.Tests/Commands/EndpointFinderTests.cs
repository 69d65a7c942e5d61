using WrnCloud.Cli.Commands;

namespace WrnCloud.Cli.Tests.Commands;

public sealed class EndpointFinderTests : IDisposable
{
    private const string Stack =
        """{"endpoint":"http://127.0.0.1:7071/","key":"stack-key","storageConnectionString":"s","serviceBusConnectionString":"b","processId":1}""";
    private readonly TestFolder folder = new();
    private readonly Dictionary<string, string> variables = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Find_StackInAParentFolder_IsUsed()
    {
        folder.Write(".wrn/stack.json", Stack);
        Assert.Equal((new Uri("http://127.0.0.1:7071"), "stack-key"), Find(null, null, below: "a/b"));
    }

    [Fact]
    public void Find_VariablesAndStack_VariablesWin()
    {
        folder.Write(".wrn/stack.json", Stack);
        variables[EndpointFinder.EndpointVariable] = "https://cloud.example";
        variables[EndpointFinder.KeyVariable] = "cloud-key";
        Assert.Equal((new Uri("https://cloud.example"), "cloud-key"), Find(null, null));
    }

    [Fact]
    public void Find_StackAndOnlyTheKeysVariable_TakesTheStacksKeyUnlessOneIsGiven()
    {
        folder.Write(".wrn/stack.json", Stack);
        variables[EndpointFinder.KeyVariable] = "cloud-key";
        Assert.Equal("stack-key", Find(null, null).Key);
        Assert.Equal("given", Find(null, "given").Key);
    }

    [Fact]
    public void Find_OptionsAndVariables_OptionsWin()
    {
        variables[EndpointFinder.EndpointVariable] = "https://cloud.example";
        variables[EndpointFinder.KeyVariable] = "cloud-key";
        Assert.Equal((new Uri("http://other:1"), "k"), Find("http://other:1/api/", "k"));
    }

    [Fact]
    public void Find_StacksOwnEndpointWithoutKey_TakesTheStacksKey()
    {
        folder.Write(".wrn/stack.json", Stack);
        Assert.Equal("stack-key", Find("http://127.0.0.1:7071", null).Key);
    }

    [Fact]
    public void Find_OtherEndpointWithoutKey_NeverGetsTheStacksKey()
    {
        folder.Write(".wrn/stack.json", Stack);
        Assert.Contains("--key", Refused("http://elsewhere:7071", null), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_Nothing_SaysWhatToDo()
    {
        var sentence = Refused(null, null);
        foreach (var part in new[] { "wrn up", "--endpoint", "WRN_ENDPOINT", "stack.json" })
            Assert.Contains(part, sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:7071")]
    [InlineData("ftp://host")]
    [InlineData("host")]
    public void Find_NoHttpAddress_IsRefused(string endpoint) => Assert.Contains(endpoint, Refused(endpoint, "k"), StringComparison.Ordinal);

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Find_BrokenStackFile_IsNamed(string json)
    {
        folder.Write(".wrn/stack.json", json);
        Assert.Contains("stack.json", Refused(null, null), StringComparison.Ordinal);
    }

    private (Uri Endpoint, string Key) Find(string? endpoint, string? key, string below = "")
    {
        using var writer = new StringWriter();
        return EndpointFinder.Find(endpoint, key, Wrn.Context(writer, writer, Path.Combine(folder.Path, below), variables));
    }

    private string Refused(string? endpoint, string? key) => Assert.Throws<UsageException>(() => Find(endpoint, key)).Message;
}
