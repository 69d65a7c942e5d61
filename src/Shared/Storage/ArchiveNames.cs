using System.Text;

namespace WrnCloud.Storage;

/// <summary>Names in archives of pictures: one rule for data sets and batches.</summary>
public static class ArchiveNames
{
    private const int MaxPrintedRunes = 255;

    // What systems and data sets put beside pictures. HTML is missing on purpose: it is what a failed download leaves under a picture's name.
    private static readonly HashSet<string> CompanionExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".csv", ".db", ".ini", ".json", ".jsonl", ".log", ".md", ".pdf", ".rst", ".rtf", ".toml", ".tsv", ".txt", ".xml", ".xmp", ".yaml", ".yml",
    };

    private static readonly HashSet<string> CompanionFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        "__MACOSX", "@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "lost+found",
    };

    /// <summary>The folders and the file of a path, without the leading "./" that some archivers write; "/" and "\" both divide.</summary>
    public static string[] Split(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Split(name, isBackslashASeparator: true);
    }

    /// <summary>The same, for a path of which it is known whether a backslash divides or is a letter of a name.</summary>
    /// <param name="name">The path.</param>
    /// <param name="isBackslashASeparator">See <see cref="HasBackslashes"/>.</param>
    public static string[] Split(string name, bool isBackslashASeparator)
    {
        ArgumentNullException.ThrowIfNull(name);
        var path = (isBackslashASeparator ? name.Replace('\\', '/') : name).Split('/');
        return path.Length > 1 ? [.. path.SkipWhile((p, i) => p == "." && i < path.Length - 1)] : path;
    }

    /// <summary>
    /// Whether backslashes divide an archive's paths. Where a path has slashes as well, a backslash is a letter of a name.
    /// </summary>
    public static bool HasBackslashes(IEnumerable<string> names) =>
        names.All(n => !n.Contains('\\', StringComparison.Ordinal) || !n.TrimEnd('/').Contains('/', StringComparison.Ordinal));

    /// <summary>
    /// True for directories and for files that go with pictures but are none: hidden files, thumbnails' databases, readme files, tables.
    /// </summary>
    public static bool IsCompanion(string[] path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var file = path[^1];
        return file.Length == 0
            || file == "Icon\r"
            || CompanionExtensions.Contains(Path.GetExtension(file))
            || file.Contains("@Syno", StringComparison.Ordinal)
            || Array.Exists(path, p => p.StartsWith('.') || CompanionFolders.Contains(p));
    }

    /// <summary>The name as it may be shown: at most 255 characters, control characters and lone surrogates replaced by "?".</summary>
    public static string Printable(string name) => string.Concat(
        name.EnumerateRunes().Take(MaxPrintedRunes).Select(r => Rune.IsControl(r) || r == Rune.ReplacementChar ? "?" : r.ToString()));
}
