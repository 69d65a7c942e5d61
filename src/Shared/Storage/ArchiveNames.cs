using System.Text;

namespace WrnCloud.Storage;

/// <summary>Names in archives of pictures: the same rules for data sets and batches.</summary>
public static class ArchiveNames
{
    private const int MaxPrintedRunes = 255;

    // Files that systems and data sets put beside pictures. HTML is missing on purpose: a failed download leaves it under a picture's name.
    private static readonly HashSet<string> CompanionExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".bak", ".csv", ".db", ".doc", ".docx", ".ini", ".json", ".jsonl", ".lnk", ".log", ".md", ".ods", ".odt", ".pdf", ".rst", ".rtf",
        ".tmp", ".toml", ".tsv", ".txt", ".url", ".xls", ".xlsx", ".xml", ".xmp", ".yaml", ".yml",
    };

    private static readonly HashSet<string> CompanionFiles = new(StringComparer.OrdinalIgnoreCase)
    {
        "AUTHORS", "CHANGELOG", "COPYING", "Icon\r", "LICENCE", "LICENSE", "NOTICE", "README",
    };

    private static readonly HashSet<string> PictureExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        "", ".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".jxl", ".png", ".tif", ".tiff", ".webp",
    };

    private static readonly HashSet<string> CompanionFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        "__MACOSX", "@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "lost+found",
    };

    /// <summary>The folders and the file of a path, without the leading "./" that some archivers write; "/" and "\" both separate.</summary>
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
    /// True for directories and for files that accompany pictures: hidden files, thumbnail databases, readme files, tables.
    /// </summary>
    public static bool IsCompanion(string[] path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var file = path[^1];
        return file.Length == 0
            || CompanionFiles.Contains(file)
            || CompanionExtensions.Contains(Path.GetExtension(file))
            || file.Contains("@Syno", StringComparison.Ordinal)
            || file.EndsWith("Zone.Identifier", StringComparison.OrdinalIgnoreCase)
            || Array.Exists(path, p => p.StartsWith('.') || CompanionFolders.Contains(p));
    }

    /// <summary>Whether a file's name is one that a picture may have, of a format that is read or of another.</summary>
    public static bool MayBePicture(string file) => PictureExtensions.Contains(Path.GetExtension(file));

    /// <summary>The folders, of some, that have no picture below them; without those that lie in one of them.</summary>
    /// <param name="folders">Paths divided by "/".</param>
    /// <param name="pictures">Folders and file of each picture.</param>
    public static IReadOnlyList<string> WithoutPictures(IEnumerable<string> folders, IEnumerable<string[]> pictures)
    {
        var full = pictures.SelectMany(p => Enumerable.Range(0, p.Length).Select(n => string.Join('/', p[..n]))).ToHashSet(StringComparer.Ordinal);
        var empty = folders.Where(f => !full.Contains(f) && full.Contains(f[..Math.Max(0, f.LastIndexOf('/'))]));
        return [.. empty.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The name, safe to display: at most 255 characters, control characters and lone surrogates replaced by "?".</summary>
    public static string Printable(string name) => string.Concat(
        name.EnumerateRunes().Take(MaxPrintedRunes).Select(r => Rune.IsControl(r) || r == Rune.ReplacementChar ? "?" : r.ToString()));
}
