using Spectre.Console;
using WrnCloud.Datasets;
using WrnCloud.Datasets.Checks;

namespace WrnCloud.Cli.Output;

/// <summary>A check's findings on a terminal: what there is, then what is wrong, the worst first, with the first few of each.</summary>
internal static class FindingsReport
{
    /// <summary>Heads the list of pictures that are read although their end mark is missing.</summary>
    public const string EndMissing = "Pictures that are read, but end without their end mark, as if they had been cut off";

    private const int MostShown = 10;

    /// <summary>Everything.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="findings">What was found.</param>
    /// <param name="problems">What must be mended.</param>
    /// <param name="toDraw">Which splits a push would draw; null where none is missing.</param>
    public static void Write(IAnsiConsole console, DatasetFindings findings, IReadOnlyList<string> problems, string? toDraw)
    {
        var table = ConsoleExtensions.NewTable("class", "train", "validation", "test");
        foreach (var c in findings.Classes) table.AddTexts(c.Name, Format.Count(c.Train), Format.Count(c.Validation), Format.Count(c.Test));
        console.Write(table);
        console.Say($"{findings.Pictures:N0} pictures, {findings.Classes.Count} classes");
        if (toDraw is not null) console.Say($"[grey]{toDraw}[/]");
        WriteProblems(console, findings);
        foreach (var problem in problems) console.Say($"[red]{problem}[/]");
        if (problems.Count == 0) console.Say($"[green]Nothing stands in the way of training.[/]");
    }

    /// <summary>Writes only the problems and remarks, the worst first.</summary>
    public static void WriteProblems(IAnsiConsole console, DatasetFindings findings)
    {
        Groups(console, "The same picture under more than one class", findings.Conflicts);
        Groups(console, "The same picture in more than one split", findings.Leaks);
        Groups(console, "The same picture more than once", findings.Duplicates);
        List(console, "Pictures that can't be read", [.. findings.Bad.Select(b => $"{b.Name}: {b.Problem}")], int.MaxValue);
        List(console, EndMissing, findings.EndMissing);
        foreach (var remark in Remarks(findings)) console.Say($"[yellow]{remark}[/]");
    }

    /// <summary>Sentences on what may be as it should be: classes, sizes, kinds, what was left out.</summary>
    public static IEnumerable<string> Remarks(DatasetFindings findings)
    {
        foreach (var group in findings.LookAlikes)
            yield return $"Classes whose names look alike: {string.Join(", ", group.Select(ClassName.Quoted))}. Merge their folders if they are one.";
        if (findings.Small is { Count: > 0 } small)
        {
            var more = small.Count > MostShown ? $" and {small.Count - MostShown:N0} more" : "";
            yield return $"Classes with fewer than {DatasetFindings.FewPictures} training pictures: "
                + $"{string.Join(", ", small.Take(MostShown))}{more}. Add some.";
        }

        if (findings.Imbalance > DatasetFindings.MostImbalance)
            yield return $"The largest class has {findings.Imbalance:0.#} times as many training pictures as the smallest: "
                + "more of the small ones would help.";
        if (findings.Kinds is { } kinds) yield return Kinds(kinds);
        foreach (var left in findings.LeftOut) yield return $"Left out: {left}";
    }

    private static string Kinds(PictureKinds kinds)
    {
        (int Count, string What)[] counts =
        [
            (kinds.Turned, "turned by EXIF"),
            (kinds.Grey, "without colour"),
            (kinds.Transparent, "with transparency, which lies over white"),
            (kinds.Small, $"with a side below {PictureKinds.SmallSide} pixels"),
            (kinds.Long, $"more than {PictureKinds.LongRatio} times as long as wide, of which the middle square is seen"),
        ];
        var sizes = $"From {Size(kinds.Smallest)} to {Size(kinds.Largest)} pixels, in the middle {Size(kinds.Middle)}";
        return string.Concat(counts.Where(c => c.Count > 0).Select(c => $"; {c.Count:N0} {c.What}").Prepend(sizes)) + ".";
    }

    private static string Size(IReadOnlyList<int> sides) => string.Join('×', sides);

    private static void Groups(IAnsiConsole console, string title, IReadOnlyList<IReadOnlyList<string>> groups) =>
        List(console, title, [.. groups.Select(g => string.Join(" = ", g))]);

    private static void List(IAnsiConsole console, string title, IReadOnlyList<string> lines, int most = MostShown)
    {
        if (lines.Count == 0) return;
        console.Say($"[yellow]{title} ({lines.Count:N0}):[/]");
        foreach (var line in lines.Take(most)) console.Say($"  {line}");
        if (lines.Count > most) console.Say($"[grey]  … and {lines.Count - most:N0} more: wrn datasets check --json lists all[/]");
    }
}
