using System.Text.RegularExpressions;

namespace WrnCloud.Architecture;

/// <summary>docs/guarantees.md names the tests that hold each promise.</summary>
public sealed partial class GuaranteesTests
{
    [Fact]
    public void Tests_ThatHoldAPromise_AreThere()
    {
        var named = Name()
            .Matches(Repository.Read("docs/guarantees.md"))
            .Select(m => (Class: m.Groups["class"].Value, Method: m.Groups["method"].Value)).ToList();
        var sources = Repository.Files("tests", "*.cs").ToLookup(f => Path.GetFileNameWithoutExtension(f), Repository.Read);

        Assert.NotEmpty(named);
        Assert.All(named, n => Assert.Contains(sources[n.Class], s => s.Contains($" {n.Method}(", StringComparison.Ordinal)));
    }

    [Fact]
    public void EveryPromise_IsHeldByATest() => Assert.All(
        Repository.Read("docs/guarantees.md").Split('\n').Where(l => l.StartsWith("| G", StringComparison.Ordinal)), l => Assert.Matches(Name(), l));

    [GeneratedRegex(@"`(?<class>\w+(Tests|Contract))\.(?<method>\w+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
