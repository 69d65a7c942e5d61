namespace WrnCloud.TrainingBench;

/// <summary>A table in Markdown, its columns aligned.</summary>
internal sealed class Table(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    public void Add(params string[] row) => _rows.Add(row);

    public void Print(string title)
    {
        var widths = Enumerable.Range(0, header.Length).Select(c => _rows.Max(r => r[c].Length)).ToList();
        Console.WriteLine($"\n{title}\n");
        Console.WriteLine(Line(header));
        Console.WriteLine("|" + string.Concat(widths.Select((w, c) => c == 0 ? new string('-', w + 2) + "|" : new string('-', w + 1) + ":|")));
        foreach (var row in _rows.Skip(1)) Console.WriteLine(Line(row));

        string Line(string[] row) =>
            "|" + string.Concat(row.Select((cell, c) => c == 0 ? $" {cell.PadRight(widths[c])} |" : $" {cell.PadLeft(widths[c])} |"));
    }
}
