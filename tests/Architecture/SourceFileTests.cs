using System.Text.RegularExpressions;

namespace WrnCloud.Architecture;

/// <summary>Rules that every source file keeps.</summary>
public sealed partial class SourceFileTests
{
    private const int MaxLines = 300;

    [Fact]
    public void Files_AreFound() => Assert.Contains("tests/Architecture/SourceFileTests.cs", Sources.All);

    [Fact]
    public void Files_AreAtMost300Lines()
    {
        var lengths = Sources.All.Select(f => (File: f, Lines: Repository.Read(f).TrimEnd('\n').Split('\n').Length));
        Assert.Empty(lengths.Where(f => f.Lines > MaxLines).ToList());
    }

    [Fact]
    public void PublicTypes_AreOneAFileUnderItsName()
    {
        var wrong = new List<string>();
        foreach (var file in Sources.All)
        {
            var types = PublicType().Matches(Repository.Read(file)).Select(m => m.Groups["name"].Value).ToList();
            if (types.Count > 1) wrong.Add($"{file} has {string.Join(", ", types)}");
            else if (types.Count == 1 && Path.GetFileName(file).Split('.')[0] != types[0]) wrong.Add($"{file} has {types[0]}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Namespaces_FollowTheFolders()
    {
        var wrong = new List<string>();
        foreach (var file in Sources.All.Where(f => !f.StartsWith("src/Functions/WorkerAttributes/", StringComparison.Ordinal)))
        {
            // Top-level programs and assembly attributes have none.
            if (Namespace().Match(Repository.Read(file)) is { Success: true } match && match.Groups["name"].Value != Expected(file))
                wrong.Add($"{file}: {match.Groups["name"].Value}, not {Expected(file)}");
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("TO" + "DO")]
    [InlineData("FIX" + "ME")]
    [InlineData("NotImplemented" + "Exception")]
    [InlineData("for" + " now")]
    public void Files_PromiseNothing(string text) =>
        Assert.Empty(Sources.All.Where(f => Repository.Read(f).Contains(text, StringComparison.Ordinal)).ToList());

    [Fact]
    public void Summaries_SayWhatATypeIs()
    {
        // "What …" is a riddle; a noun or a verb says what the member is or does.
        var sources = Sources.All.Where(f => f.StartsWith("src/", StringComparison.Ordinal));
        Assert.Empty(sources.Where(f => Repository.Read(f).Contains("/// <summary>What ", StringComparison.Ordinal)).ToList());
    }

    private static string Expected(string file)
    {
        // Below src and tests the project's folder is part of the namespace, but Shared's own is WrnCloud;
        // a benchmark's project has a name of its own.
        var segments = file.Split('/')[..^1].Skip(1).ToList();
        if (file.StartsWith("src/Shared/", StringComparison.Ordinal)) segments.RemoveAt(0);
        if (file.StartsWith("bench/", StringComparison.Ordinal))
            segments[0] = Path.GetFileNameWithoutExtension(Repository.Files($"bench/{segments[0]}", "*.csproj").Single());
        return string.Join('.', segments.Prepend("WrnCloud"));
    }

    [GeneratedRegex(
        @"^public (?:[a-z]+ )*?(?:class|struct|interface|enum|record(?: struct| class)?|delegate [^ (]+) (?<name>[A-Za-z0-9]+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^namespace (?<name>[A-Za-z0-9.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Namespace();
}
