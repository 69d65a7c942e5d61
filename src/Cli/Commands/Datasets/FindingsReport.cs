using Spectre.Console;
using WrnCloud.Cli.Output;
using WrnCloud.Datasets.Checks;

namespace WrnCloud.Cli.Commands.Datasets;

/// <summary>A check's findings on a terminal: what there is, then what is wrong, the worst first, with the first few of each.</summary>
internal static class FindingsReport
{
    private const int MostShown = 10;

    public static void Write(IAnsiConsole console, DatasetFindings findings, IReadOnlyList<string> problems)
    {
        var table = ConsoleExtensions.NewTable("class", "train", "validation", "test");
        foreach (var c in findings.Classes) table.AddTexts(c.Name, Format.Count(c.Train), Format.Count(c.Validation), Format.Count(c.Test));
        console.Write(table);
        console.Say($"{findings.Pictures:N0} pictures, {findings.Classes.Count} classes");
        WriteProblems(console, findings);
        foreach (var problem in problems) console.Say($"[red]{problem}[/]");
        if (problems.Count == 0) console.Say($"[green]Nothing stands in the way of training.[/]");
    }

    /// <summary>What is wrong alone, the worst first.</summary>
    public static void WriteProblems(IAnsiConsole console, DatasetFindings findings)
    {
        Groups(console, "The same picture under more than one class", findings.Conflicts);
        Groups(console, "The same picture in more than one split", findings.Leaks);
        Groups(console, "The same picture more than once", findings.Duplicates);
        Groups(console, "Classes whose names look alike: merge their folders if they are one", findings.LookAlikes);
        List(console, "Pictures that can't be read", [.. findings.Bad.Select(b => $"{b.Name}: {b.Problem}")]);
        List(console, $"Classes with fewer than {DatasetFindings.FewPictures} training pictures: add some", findings.Small);
        if (findings.Imbalance > DatasetFindings.MostImbalance)
            console.Say($"[yellow]The largest class has {findings.Imbalance:0.#} times as many training pictures as the smallest: more of the small ones would help.[/]");
        foreach (var left in findings.LeftOut) console.Say($"[grey]Left out: {left}[/]");
    }

    private static void Groups(IAnsiConsole console, string title, IReadOnlyList<IReadOnlyList<string>> groups) =>
        List(console, title, [.. groups.Select(g => string.Join(" = ", g))]);

    private static void List(IAnsiConsole console, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0) return;
        console.Say($"[yellow]{title} ({lines.Count:N0}):[/]");
        foreach (var line in lines.Take(MostShown)) console.Say($"  {line}");
        if (lines.Count > MostShown) console.Say($"[grey]  … and {lines.Count - MostShown:N0} more: --json lists all[/]");
    }
}
