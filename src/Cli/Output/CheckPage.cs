using System.Net;
using System.Text;
using WrnCloud.Datasets;
using WrnCloud.Datasets.Checks;
using WrnCloud.Images;

namespace WrnCloud.Cli.Output;

/// <summary>A check's findings as one page that needs nothing beside it: what is wrong, with the pictures, and a few of each class.</summary>
internal static class CheckPage
{
    private const int Side = 112;
    private const int MostGroups = 60;
    private const int MostOfGroup = 8;
    private const int MostClasses = 60;
    private const int Samples = 8;

    private const string Style =
        "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:68rem;padding:0 1rem;color:#1d2733;background:#fff}"
        + "h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}table{border-collapse:collapse}"
        + "td,th{padding:.15rem .9rem .15rem 0;text-align:left}"
        + "td.n{text-align:right}.row{display:flex;flex-wrap:wrap;gap:.6rem;padding:.6rem 0;border-top:1px solid #d8dee6}"
        + "figure{margin:0;width:112px}img{display:block;width:112px;height:112px;border-radius:4px}"
        + "figcaption{font-size:11px;overflow-wrap:anywhere;line-height:1.3}"
        + ".bad{color:#a3161a}.good{color:#17692f}@media(prefers-color-scheme:dark){body{color:#e4e9ef;background:#14181d}.row{border-color:#333c47}"
        + ".bad{color:#ff8d8d}.good{color:#7fd69a}}";

    /// <summary>Writes the page.</summary>
    /// <param name="title">What was checked.</param>
    /// <param name="folder">The pictures, of which those that are shown are decoded once more.</param>
    /// <param name="pictures">All that were looked at.</param>
    /// <param name="findings">What was found.</param>
    /// <param name="problems">What must be mended.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static string Write(
        string title,
        ImageFolder folder,
        IReadOnlyList<CheckedPicture> pictures,
        DatasetFindings findings,
        IReadOnlyList<string> problems,
        CancellationToken cancellationToken)
    {
        var byName = pictures.Where(p => p.Look is not null)
            .GroupBy(p => p.Name, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var samples = byName.Values.GroupBy(p => p.Class, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Take(MostClasses)
            .Select(g => (Class: g.Key, Pictures: Spread([.. g]))).ToList();
        (string Title, IReadOnlyList<IReadOnlyList<string>> Groups)[] sections =
        [
            ("The same picture under more than one class", findings.Conflicts),
            ("The same picture in more than one split", findings.Leaks),
            ("The same picture more than once", findings.Duplicates),
        ];
        var shown = sections.SelectMany(s => s.Groups.Take(MostGroups).SelectMany(g => g.Take(MostOfGroup)))
            .Select(n => byName[n])
            .Concat(samples.SelectMany(s => s.Pictures));
        var thumbnails = new Dictionary<CheckedPicture, string>(ReferenceEqualityComparer.Instance);
        folder.View(
            shown.Distinct(),
            Side,
            (picture, rgb) => thumbnails[picture] = Convert.ToBase64String(ImageEncoder.Jpeg(rgb, Side, Side)),
            cancellationToken);

        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Append($"<title>{Text(title)}</title><style>{Style}</style></head><body>\n<h1>{Text(title)}</h1>\n");
        page.Append($"<p>{findings.Pictures:N0} pictures, {findings.Classes.Count:N0} classes.</p>\n");
        foreach (var problem in problems) page.Append($"<p class=\"bad\">{Text(problem)}</p>\n");
        if (problems.Count == 0) page.Append("<p class=\"good\">Nothing stands in the way of training.</p>\n");
        foreach (var line in FindingsReport.Remarks(findings)) page.Append($"<p>{Text(line)}</p>\n");
        AppendClasses(page, findings.Classes);
        if (findings.Bad.Count > 0) page.Append($"<h2>Pictures that can't be read ({findings.Bad.Count:N0})</h2>\n<table>\n");
        foreach (var bad in findings.Bad) page.Append($"<tr><td>{Text(bad.Name)}</td><td>{Text(bad.Problem)}</td></tr>\n");
        if (findings.Bad.Count > 0) page.Append("</table>\n");
        AppendEndMissing(page, findings.EndMissing);
        foreach (var (heading, groups) in sections.Where(s => s.Groups.Count > 0))
        {
            page.Append($"<h2>{heading} ({groups.Count:N0})</h2>\n");
            foreach (var group in groups.Take(MostGroups))
                AppendRow(page, group.Take(MostOfGroup).Select(n => byName[n]), thumbnails, More(group.Count - MostOfGroup));
            if (groups.Count > MostGroups) page.Append($"<p>{More(groups.Count - MostGroups)}</p>\n");
        }

        foreach (var (name, some) in samples)
        {
            page.Append($"<h2>{Text(name)}</h2>\n");
            AppendRow(page, some, thumbnails, null);
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static void AppendEndMissing(StringBuilder page, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        page.Append($"<h2>{FindingsReport.EndMissing} ({names.Count:N0})</h2>\n<ul>\n");
        foreach (var name in names) page.Append($"<li>{Text(name)}</li>\n");
        page.Append("</ul>\n");
    }

    private static void AppendClasses(StringBuilder page, IReadOnlyList<ClassCounts> classes)
    {
        page.Append("<h2>Classes</h2>\n<table><tr><th>class</th><th>train</th><th>validation</th><th>test</th></tr>\n");
        foreach (var c in classes)
            page.Append(
                $"<tr><td>{Text(c.Name)}</td><td class=\"n\">{c.Train:N0}</td><td class=\"n\">{c.Validation:N0}</td>"
                    + $"<td class=\"n\">{c.Test:N0}</td></tr>\n");
        page.Append("</table>\n");
    }

    private static void AppendRow(
        StringBuilder page, IEnumerable<CheckedPicture> pictures, Dictionary<CheckedPicture, string> thumbnails, string? more)
    {
        page.Append("<div class=\"row\">");
        foreach (var picture in pictures)
        {
            var image = thumbnails.TryGetValue(picture, out var jpeg) ? $"<img alt=\"\" src=\"data:image/jpeg;base64,{jpeg}\">" : "";
            page.Append($"<figure>{image}<figcaption>{Text(picture.Name)}</figcaption></figure>");
        }

        page.Append($"{more}</div>\n");
    }

    private static List<CheckedPicture> Spread(List<CheckedPicture> pictures) =>
        [.. Enumerable.Range(0, Math.Min(Samples, pictures.Count)).Select(i => pictures[i * pictures.Count / Math.Min(Samples, pictures.Count)])];

    private static string? More(int count) => count > 0 ? $"… and {count:N0} more" : null;

    private static string Text(string text) => WebUtility.HtmlEncode(ConsoleExtensions.Clean(text));
}
