namespace WrnCloud.Architecture;

/// <summary>Lines of C# are at most as long as .editorconfig says (<c>max_line_length</c>), in characters.</summary>
public sealed class LineLengthTests
{
    private const int MaxColumns = 150;

    /// <summary>Folders that still have longer lines; one that has none any more is taken out.</summary>
    public static TheoryData<string> Pending { get; } =
    [
        "src/Shared/Datasets",
        "tests/Shared.Tests/Datasets",
    ];

    [Fact]
    public void EditorConfig_SaysTheSame() => Assert.Contains($"max_line_length = {MaxColumns}", Repository.Read(".editorconfig").Split('\n'));

    [Fact]
    public void Lines_AreAtMost150Columns()
    {
        var files = Sources.All.Concat(Repository.Files("eng", "*.cs")).Concat(Repository.Files("samples", "*.cs"));
        Assert.Empty(files.Where(f => !Pending.Any(p => IsBelow(f, p.Data))).SelectMany(LongLines).ToList());
    }

    [Theory]
    [MemberData(nameof(Pending))]
    public void Pending_HasLongerLines(string folder) =>
        Assert.True(
            Sources.All.Where(f => IsBelow(f, folder)).SelectMany(LongLines).Any(),
            $"Take {folder} out of the list: no line is too long there.");

    private static bool IsBelow(string file, string folder) => file.StartsWith($"{folder}/", StringComparison.Ordinal);

    private static IEnumerable<string> LongLines(string file) => Repository.Read(file).Split('\n')
        .Select((line, i) => (Number: i + 1, Columns: line.TrimEnd('\r').EnumerateRunes().Count()))
        .Where(l => l.Columns > MaxColumns)
        .Select(l => $"{file}:{l.Number} has {l.Columns} columns");
}
