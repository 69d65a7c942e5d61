using System.Globalization;

namespace WrnCloud.Datasets.Checks;

/// <summary>Looks for what makes a set of labelled pictures worse than it need be, before anything is trained on it.</summary>
public static class DatasetCheck
{
    // ASCII lies so far below its full-width forms. (Without ICU .NET does not apply NFKC.)
    private const int FullWidth = 0xFEE0;

    /// <summary>Looks at every picture of an image folder.</summary>
    /// <param name="folder">The pictures.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static DatasetFindings Of(ImageFolder folder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var pictures = new List<CheckedPicture>();
        folder.Inspect(pictures.Add, cancellationToken);
        return Of(pictures, folder.LeftOut);
    }

    /// <summary>Judges pictures that were looked at.</summary>
    public static DatasetFindings Of(IReadOnlyList<CheckedPicture> pictures, IReadOnlyList<string> leftOut)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var good = pictures.Where(p => p.Look is not null).ToList();
        var groups = PictureGroups.Of([.. good.Select(p => p.Look!)]).Select(g => g.Select(i => good[i]).ToList()).ToList();
        var conflicts = groups.Where(g => g.Select(p => p.Class).Distinct(StringComparer.Ordinal).Count() > 1).ToList();
        var leaks = groups.Except(conflicts).Where(g => g.Select(p => p.Split).Distinct().Count() > 1).ToList();
        return new DatasetFindings(
            [.. good.GroupBy(p => p.Class, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(Count)],
            [.. pictures.Where(p => p.Problem is not null).Select(p => new BadPicture(p.Name, p.Problem!))],
            Names(conflicts),
            Names(leaks),
            Names(groups.Except(conflicts).Except(leaks)),
            LookAlikes(good.Select(p => p.Class)),
            leftOut)
        {
            EndMissing = [.. good.Where(p => p.Facts is { IsEndMissing: true }).Select(p => p.Name)],
            Unreadable = [.. pictures.Select(p => p.Class).Except(good.Select(p => p.Class), StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Kinds = PictureKinds.Of(good.Where(p => p.Facts is not null).Select(p => p.Facts!.Value)),
        };
    }

    /// <summary>Groups of names that people would take for one.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>> LookAlikes(IEnumerable<string> classes) =>
    [
        .. classes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).GroupBy(Plain, StringComparer.Ordinal).Where(g => g.Count() > 1)
            .Select(g => (IReadOnlyList<string>)[.. g]),
    ];

    /// <summary>Whether people would take two names for one.</summary>
    internal static bool LookAlike(string first, string second) => Plain(first) == Plain(second);

    private static string Plain(string name)
    {
        var words = string.Concat(LetterForms.Decompose(name).Where(c => !IsUnseen(c)).Select(Simple));
        return string.Join(' ', words.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    // Zero-width characters, joiners, the soft hyphen, marks of direction and of how a sign is drawn.
    private static bool IsUnseen(char c) => char.GetUnicodeCategory(c) == UnicodeCategory.Format || c is >= '\uFE00' and <= '\uFE0F';

    private static string Simple(char c) => c switch
    {
        '_' or '-' => " ",
        '\u00DF' or '\u1E9E' => "SS",
        >= '\uFF01' and <= '\uFF5E' => Simple((char)(c - FullWidth)),
        _ when char.IsWhiteSpace(c) => " ",
        _ => c.ToString(),
    };

    private static ClassCounts Count(IGrouping<string, CheckedPicture> pictures) => new(
        pictures.Key,
        pictures.Count(p => p.Split == FolderSplit.Train),
        pictures.Count(p => p.Split == FolderSplit.Validation),
        pictures.Count(p => p.Split == FolderSplit.Test));

    private static IReadOnlyList<IReadOnlyList<string>> Names(IEnumerable<List<CheckedPicture>> groups) =>
        [.. groups.Select(g => (IReadOnlyList<string>)[.. g.Select(p => p.Name)])];
}
