namespace WrnCloud.Architecture;

/// <summary>Lines of C# are at most as long as .editorconfig says (<c>max_line_length</c>), in characters.</summary>
public sealed class LineLengthTests
{
    private const int MaxColumns = 150;

    [Fact]
    public void EditorConfig_SaysTheSame() => Assert.Contains($"max_line_length = {MaxColumns}", Repository.Read(".editorconfig").Split('\n'));

    [Fact]
    public void Lines_AreAtMost150Columns()
    {
        var files = Sources.All.Concat(Repository.Files("eng", "*.cs")).Concat(Repository.Files("samples", "*.cs"));
        Assert.Empty(files.SelectMany(LongLines).ToList());
    }

    private static IEnumerable<string> LongLines(string file) => Repository.Read(file).Split('\n')
        .Select((line, i) => (Number: i + 1, Columns: line.TrimEnd('\r').EnumerateRunes().Count()))
        .Where(l => l.Columns > MaxColumns)
        .Select(l => $"{file}:{l.Number} has {l.Columns} columns");
}
